import { writeFileSync } from 'node:fs';
import { bufferSource, bytesContent, findSection, memorySink, readElf, writeSquashfs } from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';
import { elfRuntime } from '@appimage-js/runtime-shim';

/** Writes an AppImage whose AppRun is a shell script; it is not executable. */
export async function writeAppImage(path: string, script: string, updateInformation = ''): Promise<string> {
  const base = { uid: 0, gid: 0, mtime: 0 } as const;
  const content = bytesContent(new TextEncoder().encode(`#!/bin/sh\n${script}\n`));
  const appRun = { ...base, type: 'file', mode: 0o755, content } as const;
  const payload = memorySink();
  await writeSquashfs({
    root: { ...base, type: 'directory', mode: 0o755, entries: new Map([['AppRun', appRun]]) },
    sink: payload,
    compressor: nodeCompressor('zstd', 1),
  });
  const runtime = Buffer.from(await elfRuntime('x86_64'));
  const section = findSection(await readElf(bufferSource(runtime)), '.upd_info');
  runtime.write(updateInformation, section?.offset ?? 0);
  writeFileSync(path, Buffer.concat([runtime, payload.bytes]), { mode: 0o644 });
  return path;
}
