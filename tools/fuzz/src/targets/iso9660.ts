import {
  bufferSource,
  type Compressor,
  type InputDirectory,
  memorySink,
  openIso9660,
  SYSTEM_AREA_SIZE,
  writeIso9660,
} from '@appimage-js/format';
import { nodeCompressor, nodeDecompressors } from '@appimage-js/format/node';
import type { Target } from '../target.ts';
import { explore, LIMITS } from './explore.ts';
import { directory, file, smallTree } from './trees.ts';

/** An ISO 9660 image of a tree, without what comes before its own data: nobody reads that. */
async function isoOf(root: InputDirectory, compressor?: Compressor): Promise<Uint8Array> {
  const sink = memorySink();
  await writeIso9660({ root, sink, blockSize: 32_768, ...(compressor === undefined ? {} : { compressor }) });
  return sink.bytes.slice(SYSTEM_AREA_SIZE);
}

/** Names and targets that have no room in their records, and a file of several compressed blocks. */
function longTree(): InputDirectory {
  const target = 'directory/'.repeat(60);
  return directory({
    ['a long name '.repeat(15)]: file('short'),
    link: { type: 'symlink', mode: 0o777, uid: 0, gid: 0, mtime: 0, target },
    blocks: file(Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) >> 9)),
    zeros: file(new Uint8Array(70_000)),
  });
}

/** ISO 9660 images with Rock Ridge, with compressed files and without. */
export const iso9660: Target = {
  seeds: async () => [
    await isoOf(smallTree()),
    await isoOf(smallTree(), nodeCompressor('gzip')),
    await isoOf(longTree()),
    await isoOf(longTree(), nodeCompressor('gzip')),
  ],
  read: async (input) => {
    const image = new Uint8Array(SYSTEM_AREA_SIZE + input.length);
    image.set(input, SYSTEM_AREA_SIZE);
    const files = await openIso9660(bufferSource(image), { decompressors: nodeDecompressors, limits: LIMITS });
    await files.compression();
    await explore(files);
  },
};
