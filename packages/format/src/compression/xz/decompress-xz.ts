/*
 * One stream of the .xz format, as SquashFS keeps a block: a header, blocks of LZMA2 with filters, an index and a footer.
 * Source: "The .xz File Format" in XZ Utils (doc/xz-file-format.txt).
 */
import { AppImageError, isAppImageError } from '../../errors.ts';
import { isAllZeros } from '../../io/is-all-zeros.ts';
import { malformedBlock, tooLong } from '../decompressed-block.ts';
import { LzmaDecoder, withMargin } from '../lzma/lzma-decoder.ts';
import { blockHeaderSize, parseBlockHeader } from './block-header.ts';
import { type BlockRecord, parseBlockIndex } from './block-index.ts';
import { checkContent, requireKnownCheck } from './content-check.ts';
import { decodeLzma2 } from './decode-lzma2.ts';
import type { StreamFlags } from './stream-flags.ts';
import { parseStreamFooter, STREAM_FOOTER_SIZE } from './stream-footer.ts';
import { parseStreamHeader, STREAM_HEADER_SIZE } from './stream-header.ts';

const NAME = 'xz';

const SMALLEST_INDEX = 8;
const SMALLEST_STREAM = STREAM_HEADER_SIZE + SMALLEST_INDEX + STREAM_FOOTER_SIZE;

/**
 * Decompresses a block that is one .xz stream, with any of the filters for machine code and delta. The dictionary is the
 * content itself, whatever size the stream asks for.
 *
 * @throws AppImageError `malformed` as {@link DecompressBlock} says, and when a CRC32 or CRC64 does not hold; `unsupported` for
 *   filters and checks that are not known
 */
export function decompressXz(data: Uint8Array, maximumLength: number): Uint8Array {
  try {
    return decompressStream(data, maximumLength);
  } catch (error) {
    throw isAppImageError(error) && error.code === 'out-of-bounds' ? cutOff(error) : error;
  }
}

/** A record that is cut off is as wrong here as one that lies. */
function cutOff(cause: AppImageError): AppImageError {
  return new AppImageError('malformed', cause.message, { cause });
}

function decompressStream(data: Uint8Array, maximumLength: number): Uint8Array {
  if (data.length < SMALLEST_STREAM) {
    throw malformedBlock(NAME, `it must have at least ${SMALLEST_STREAM} bytes, found ${data.length}`);
  }
  const flags = parseStreamHeader(data.subarray(0, STREAM_HEADER_SIZE));
  requireKnownCheck(flags.checkId);
  const { blocks, blocksEnd } = readIndex(data, flags);
  const length = blocks.reduce((sum, { contentSize }) => sum + contentSize, 0);
  if (length > maximumLength) throw tooLong(NAME, maximumLength);
  const input = withMargin(data);
  const output = new Uint8Array(length);
  const decoder = new LzmaDecoder({ name: NAME, input, output });
  let at = STREAM_HEADER_SIZE;
  for (const { unpaddedSize, contentSize } of blocks) {
    const dataEnd = at + unpaddedSize - flags.checkSize;
    const end = dataEnd + (-dataEnd & 3) + flags.checkSize;
    if (end > blocksEnd) throw malformedBlock(NAME, `its blocks must end at offset ${blocksEnd}, found one to ${end}`);
    const content = output.subarray(decoder.position, decoder.position + contentSize);
    decodeBlock(decoder, { input, start: at, dataEnd, end, content, flags });
    at = end;
  }
  if (at !== blocksEnd) throw malformedBlock(NAME, `its blocks must end at offset ${blocksEnd}, found that of ${at}`);
  return output;
}

/** The blocks that there are, and where they end. */
function readIndex(
  data: Uint8Array,
  flags: StreamFlags,
): { readonly blocks: BlockRecord[]; readonly blocksEnd: number } {
  const footerStart = data.length - STREAM_FOOTER_SIZE;
  const footer = parseStreamFooter(data.subarray(footerStart), footerStart);
  if (footer.flags.checkId !== flags.checkId) {
    throw malformedBlock(NAME, `footer must have check id ${flags.checkId}, found ${footer.flags.checkId}`);
  }
  const blocksEnd = footerStart - footer.indexSize;
  if (blocksEnd < STREAM_HEADER_SIZE || footer.indexSize < SMALLEST_INDEX) {
    const most = footerStart - STREAM_HEADER_SIZE;
    throw malformedBlock(NAME, `index must have ${SMALLEST_INDEX} to ${most} bytes, found ${footer.indexSize}`);
  }
  return { blocks: parseBlockIndex(data.subarray(blocksEnd, footerStart), blocksEnd), blocksEnd };
}

interface Block {
  /** With a margin at its end. */
  readonly input: Uint8Array;
  readonly start: number;
  /** Where padding and check follow. */
  readonly dataEnd: number;
  readonly end: number;
  /** The part of the decoder's output that it is to fill. */
  readonly content: Uint8Array;
  readonly flags: StreamFlags;
}

function decodeBlock(decoder: LzmaDecoder, { input, start, dataEnd, end, content, flags }: Block): void {
  const dataStart = start + blockHeaderSize(input[start] as number);
  if (input[start] === 0 || dataStart > dataEnd) {
    throw malformedBlock(NAME, `block must have room for a header, found ${Math.max(0, dataEnd - start)} bytes`);
  }
  const header = parseBlockHeader(input.subarray(start, dataStart), start);
  const dataSize = dataEnd - dataStart;
  requireSize('compressed data', dataSize, header.compressedSize);
  requireSize('content', content.length, header.contentSize);
  const contentEnd = decoder.position + content.length;
  const found = decodeLzma2(decoder, { input, start: dataStart, end: dataEnd, limit: contentEnd });
  requireSize('compressed data', dataSize, found - dataStart);
  requireSize('content', contentEnd, decoder.position);
  const checkStart = end - flags.checkSize;
  if (!isAllZeros(input.subarray(dataEnd, checkStart))) {
    throw malformedBlock(NAME, `padding of a block must be zeros, found something else at offset ${dataEnd}`);
  }
  for (const decode of header.filters) decode(content);
  checkContent(flags.checkId, input.subarray(checkStart, end), content);
}

function requireSize(what: string, expected: number, found: number | undefined): void {
  if (found === undefined || found === expected) return;
  throw malformedBlock(NAME, `${what} of a block must have ${expected} bytes, found ${found}`);
}
