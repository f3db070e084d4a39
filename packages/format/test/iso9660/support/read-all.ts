import type { ImageLimits } from '../../../src/filesystem/image-limits.ts';
import type { FileEntry } from '../../../src/filesystem/readonly-file-system.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { collect } from '../../support/trees.ts';

/** Opens and reads everything; answers how many files there are. */
export async function readAll(bytes: Uint8Array, limits: ImageLimits = {}): Promise<number> {
  const files = await openIso9660(bufferSource(bytes), { decompressors: nodeDecompressors, limits });
  const entries: FileEntry[] = [];
  for await (const entry of files.walk()) entries.push(entry);
  for (const entry of entries) {
    await files.readXattrs(entry);
    if (entry.stat.type === 'symlink') await files.readLink(entry);
    if (entry.stat.type === 'file') await collect(files.readFile(entry));
  }
  return entries.length;
}
