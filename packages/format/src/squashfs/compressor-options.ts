/*
 * The options that a compressor was given, in a metadata block of their own behind the superblock. Only present where they
 * differ from the defaults, but for lz4, without whose options Linux does not mount; no reader needs them to decompress.
 * Source: struct gzip_comp_opts, zstd_comp_opts and lz4_comp_opts, as the kernel (fs/squashfs/*_wrapper.c) and mksquashfs
 * know them.
 */
import type { CompressionName, Compressor } from '../compression/codec.ts';
import { RecordWriter } from '../io/record-writer.ts';

const DEFAULT_LEVEL: Partial<Readonly<Record<CompressionName, number>>> = { gzip: 9, zstd: 15 };

/** The only format of LZ4 blocks that there is. */
const LZ4_LEGACY = 1;
/** Compressed at length, as every level of ours does. */
const LZ4_HC = 1;

/** The options to record for a compressor; `undefined` where there are none to tell. */
export function serializeCompressorOptions({ name, level }: Compressor): Uint8Array | undefined {
  if (DEFAULT_LEVEL[name] === level) return undefined;
  switch (name) {
    case 'gzip':
      return new RecordWriter(8)
        .uint32(level) //     0  compression_level
        .uint16(15) //        4  window_size
        .uint16(0).bytes; //  6  strategies
    case 'lz4':
      return new RecordWriter(8)
        .uint32(LZ4_LEGACY) //   0  version
        .uint32(LZ4_HC).bytes; // 4  flags
    case 'zstd':
      return new RecordWriter(4).uint32(level).bytes; // 0  compression_level
    default:
      return undefined;
  }
}
