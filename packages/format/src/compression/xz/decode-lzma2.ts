import { malformedBlock, tooLong } from '../decompressed-block.ts';
import { type LzmaDecoder, RUN_HEADER_SIZE } from '../lzma/lzma-decoder.ts';
import { parseLzma2Chunk } from './lzma2-chunk.ts';

/** Where LZMA2 data lies, and how long its content may be. */
export interface Lzma2Data {
  readonly input: Uint8Array;
  readonly start: number;
  /** Nothing of the data lies here or beyond. */
  readonly end: number;
  /** The most bytes that the decoder's output may have afterwards. */
  readonly limit: number;
}

/** Decodes the chunks of LZMA2 data behind what the decoder's output has; answers where the data ended. */
export function decodeLzma2(decoder: LzmaDecoder, { input, start, end, limit }: Lzma2Data): number {
  let at = start;
  let needsDictionary = true;
  let needsProperties = true;
  while (true) {
    const chunk = parseLzma2Chunk(input.subarray(at, end), at);
    if (chunk === undefined) return at + 1;
    const { isCompressed, dataSize, contentSize, newDictionary, newState, newProperties } = chunk;
    if (newDictionary) {
      needsDictionary = false;
      needsProperties = true;
    }
    if (newProperties !== undefined) needsProperties = false;
    if (needsDictionary || (isCompressed && needsProperties)) {
      throw malformedBlock(
        'xz',
        `LZMA2 chunks must start with a new dictionary and properties, found one at offset ${at} without`,
      );
    }
    if (newDictionary) decoder.resetDictionary();
    if (newState) decoder.resetState(newProperties);
    at += chunk.headerSize;
    if (dataSize > end - at) {
      throw malformedBlock('xz', `LZMA2 chunk must end within ${end - at} bytes, found ${dataSize}`);
    }
    if (contentSize > limit - decoder.position) throw tooLong('xz', limit);
    if (isCompressed) decodeRun(decoder, at, at + dataSize, contentSize);
    else decoder.store(at, at + dataSize);
    at += dataSize;
  }
}

function decodeRun(decoder: LzmaDecoder, start: number, end: number, contentSize: number): void {
  if (end - start < RUN_HEADER_SIZE) {
    throw malformedBlock('xz', `LZMA2 chunk must have at least ${RUN_HEADER_SIZE} bytes, found ${end - start}`);
  }
  decoder.startRun(start, end);
  decoder.decode(decoder.position + contentSize);
  if (decoder.endMarkerFound) throw malformedBlock('xz', 'LZMA2 chunk must not have an end marker, found one');
  if (!decoder.isFinished) throw malformedBlock('xz', 'LZMA2 chunk must end with its last symbol, found more data');
}
