import { writeFileSync } from 'node:fs';
import { bytesContent, type InputDirectory, type InputNode, memorySink, writeSquashfs } from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';

const base = { mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000 };

export function file(content: string | Uint8Array, mode = 0o644): InputNode {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { ...base, type: 'file', mode, content: bytesContent(bytes) };
}

export function symlink(target: string): InputNode {
  return { ...base, type: 'symlink', mode: 0o777, target };
}

export function directory(entries: Readonly<Record<string, InputNode>>): InputDirectory {
  return { ...base, type: 'directory', mode: 0o755, entries: new Map(Object.entries(entries)) };
}

/** Writes a bare SquashFS image, which may have what no directory on disk can. */
export async function writeImage(path: string, entries: Readonly<Record<string, InputNode>>): Promise<string> {
  const sink = memorySink();
  await writeSquashfs({ root: directory(entries), sink, compressor: nodeCompressor('zstd', 1) });
  writeFileSync(path, sink.bytes);
  return path;
}

/** Writes a bare DwarFS image as far as its sections go; what is in them only its own programs look at. */
export function writeDwarfs(path: string): string {
  const [block, schema, metadata] = [0, 7, 8];
  const sections = [block, schema, metadata].map((type, number) => {
    const section = Buffer.alloc(64 + 100);
    section.write('DWARFS\x02\x05', 'latin1');
    section.writeUInt32LE(number, 48);
    section.writeUInt16LE(type as number, 52);
    section.writeBigUInt64LE(100n, 56);
    return section;
  });
  writeFileSync(path, Buffer.concat(sections));
  return path;
}
