/* Makes a control file: node make-zsync.ts FILE OUTPUT. */
import { statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { computeZsync, serializeZsync } from '@appimage-js/format';
import { nodeHashes, openFileSource } from '@appimage-js/format/node';

/** Writes the control file of a file. */
export async function makeZsync(file: string, output: string): Promise<void> {
  await using source = await openFileSource(file);
  const mtime = Math.floor(statSync(file).mtimeMs / 1000);
  writeFileSync(
    output,
    serializeZsync(await computeZsync(source, { fileName: basename(file), mtime, hashes: nodeHashes })),
  );
}

if (import.meta.main) {
  const [file = '', output = ''] = process.argv.slice(2);
  await makeZsync(file, output);
}
