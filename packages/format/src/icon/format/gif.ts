/*
 * GIF 89a, 17 "Header" and 18 "Logical Screen Descriptor": https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
import { RecordReader } from '../../io/record-reader.ts';
import { checkedSize, type IconSize, startsWith, UNKNOWN_SIZE } from './icon-description.ts';

const SIGNATURE = [0x47, 0x49, 0x46, 0x38]; // "GIF8"
const HEADER_SIZE = 10;

export function isGif(bytes: Uint8Array): boolean {
  return startsWith(bytes, SIGNATURE) && (bytes[4] === 0x37 || bytes[4] === 0x39) && bytes[5] === 0x61;
}

/** The size of the screen that the pictures are drawn on. */
export function parseGifSize(bytes: Uint8Array): IconSize {
  if (bytes.length < HEADER_SIZE) return UNKNOWN_SIZE;
  const record = new RecordReader(bytes, { what: 'GIF' });
  record.skip(6); //                   0  Signature, Version
  const width = record.uint16(); //    6  Logical Screen Width
  const height = record.uint16(); //   8  Logical Screen Height
  return checkedSize(width, height);
}
