import type { InputDirectory, InputFile } from '../../src/filesystem/input-tree.ts';
import { OrderedOutput } from '../../src/filesystem/write/ordered-output.ts';
import { planInodes } from '../../src/filesystem/write/plan-inodes.ts';
import { webSha256 } from '../../src/filesystem/write/sha256.ts';
import type { ByteSink } from '../../src/io/byte-sink.ts';
import { nodeCompressor } from '../../src/node/codecs.ts';
import { serializeSuperblock } from '../../src/squashfs/superblock.ts';
import { type FileData, writeFileData } from '../../src/squashfs/write/write-file-data.ts';
import { writeInodeTables } from '../../src/squashfs/write/write-inode-tables.ts';
import { writeTables } from '../../src/squashfs/write/write-tables.ts';
import { directory, file } from './trees.ts';

const BLOCK_SIZE = 1_048_576;
const compressor = nodeCompressor('zstd', 1);

/** Writes an image whose contents and tables begin at a place far behind its superblock, with nothing but a hole between them. */
export function writeImageFarAway(root: InputDirectory, sink: ByteSink, position: number): Promise<number> {
  const sha256 = webSha256;
  const options = {
    compressor,
    blockSize: BLOCK_SIZE,
    tailPacking: 'small-files',
    sha256,
    contentRank: undefined,
    onProgress: undefined,
  } as const;
  return assemble(root, sink, { position, writeData: (plan, output) => writeFileData(plan, output, options) });
}

/**
 * Writes an image with one file, "hole", of so many empty blocks of 1 MiB and a few bytes behind them, without going through all
 * that it does not have.
 */
export function writeHugeHole(blocks: number, end: string, sink: ByteSink): Promise<number> {
  const size = blocks * BLOCK_SIZE + end.length;
  const hole: InputFile = { ...file(), content: { size, read: () => Promise.reject(new Error('not read')) as never } };
  const position = 4096;
  const blockWords = [...new Uint32Array(blocks), 0x0100_0000 + end.length];
  const place = { blocksStart: position, blockWords, sparse: blocks * BLOCK_SIZE, fragment: undefined };
  return assemble(directory({ hole }), sink, {
    position,
    writeData: async (plan, output) => {
      output.append(new TextEncoder().encode(end));
      const places = new Map(plan.inodes.filter(({ node }) => node === hole).map((inode) => [inode, place]));
      return { places, fragments: [], contentBytes: size, duplicateBytes: 0 };
    },
  });
}

interface Assembly {
  readonly position: number;
  writeData(plan: ReturnType<typeof planInodes>, output: OrderedOutput): Promise<FileData>;
}

/** Puts an image together; answers its length. */
async function assemble(root: InputDirectory, sink: ByteSink, { position, writeData }: Assembly): Promise<number> {
  const plan = planInodes(root);
  const output = new OrderedOutput({ sink, position, concurrency: 2 });
  const data = await writeData(plan, output);
  const inodes = await writeInodeTables(plan, data, { output, compressor });
  const tables = await writeTables({ data, inodes, exportable: true }, { output, compressor });
  const bytesUsed = await output.finish();
  const superblock = serializeSuperblock({
    inodeCount: plan.inodes.length,
    mkfsTime: 0,
    blockSize: BLOCK_SIZE,
    fragmentCount: data.fragments.length,
    compression: 'zstd',
    flags: 0,
    bytesUsed,
    ...inodes.superblockFields,
    ...tables,
  });
  await sink.write(0, superblock);
  const padding = 4096 - (bytesUsed % 4096);
  await sink.write(bytesUsed, new Uint8Array(padding));
  return bytesUsed + padding;
}
