import type { InputDirectory } from '../../../src/filesystem/input-tree.ts';
import { memorySink } from '../../../src/io/byte-sink.ts';
import { bufferSource } from '../../../src/io/byte-source.ts';
import type { Iso9660Image } from '../../../src/iso9660/read/iso9660-image.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import {
  type WriteIso9660Options,
  type WrittenIso9660,
  writeIso9660,
} from '../../../src/iso9660/write/write-iso9660.ts';
import { nodeCompressor, nodeDecompressors } from '../../../src/node/codecs.ts';

export type IsoOptions = Partial<Omit<WriteIso9660Options, 'root' | 'sink'>>;

/** Compresses at a quick level, with the smallest blocks. */
export const COMPRESSED: IsoOptions = { compressor: nodeCompressor('gzip', 1), blockSize: 32_768 };

/** Writes a tree into memory; not compressed where nothing is said. */
export async function writeIso(root: InputDirectory, options: IsoOptions = {}): Promise<Uint8Array> {
  return (await writeIsoReport(root, options)).bytes;
}

/** Like {@link writeIso}, with what the writer reports. */
export async function writeIsoReport(
  root: InputDirectory,
  options: IsoOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly written: WrittenIso9660 }> {
  const sink = memorySink();
  const written = await writeIso9660({ root, sink, ...options });
  return { bytes: sink.bytes.slice(), written };
}

/** Opens an image in memory with Node's codecs. */
export function openIso(bytes: Uint8Array): Promise<Iso9660Image> {
  return openIso9660(bufferSource(bytes), { decompressors: nodeDecompressors });
}
