/*
 * Texts within a PNG. PNG Specification, Third Edition, 5.3 and 11.3.3.2 (tEXt): https://www.w3.org/TR/png-3/#11tEXt
 */
import { crc32 } from 'node:zlib';

/** Behind the signature and IHDR, which is always first and always as long: where readers that stop at the picture have seen all texts. */
const AFTER_HEADER = 33;
const KEYWORD = /^[\x21-\x7e]{1,79}$/;
const LATIN_1 = /^[\x20-\x7e\xa0-\xff]*$/;

/**
 * The same PNG with texts by their keywords, behind its header.
 *
 * @throws RangeError for a text that has other characters than printable ones of Latin 1
 */
export function withPngTexts(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
  return Buffer.concat([png.subarray(0, AFTER_HEADER), ...chunks, png.subarray(AFTER_HEADER)]);
}

function textChunk(keyword: string, text: string): Buffer {
  if (!(KEYWORD.test(keyword) && LATIN_1.test(text))) {
    throw new RangeError(`Cannot write text of PNG: expected Latin 1, found ${JSON.stringify(`${keyword}=${text}`)}`);
  }
  const content = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0); //              0  Length, without the type
  chunk.set(content, 4); //                                   4  Chunk Type, Chunk Data
  chunk.writeUInt32BE(crc32(content), chunk.length - 4); //      CRC of both
  return chunk;
}
