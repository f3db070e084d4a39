/*
 * JPEG, B.1.1 "Marker assignments" and B.2.2 "Frame header": https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
import { RecordReader } from '../../io/record-reader.ts';
import { checkedSize, type IconSize, startsWith, UNKNOWN_SIZE } from './icon-description.ts';

const SIGNATURE = [0xff, 0xd8, 0xff]; // SOI and the begin of the next marker
const FILL_BYTE = 0xff;
/** DHT, JPG and DAC have numbers between those of the frame headers. */
const NO_FRAME_HEADERS: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

export function isJpeg(bytes: Uint8Array): boolean {
  return startsWith(bytes, SIGNATURE);
}

/** The size in the first frame header, which comes after metadata of any length. */
export function parseJpegSize(bytes: Uint8Array): IconSize {
  const record = new RecordReader(bytes, { what: 'JPEG', byteOrder: 'big-endian' });
  record.skip(2); // SOI
  while (record.remaining >= 9) {
    if (record.uint8() !== FILL_BYTE) return UNKNOWN_SIZE;
    let marker = record.uint8();
    while (marker === FILL_BYTE && record.remaining >= 8) marker = record.uint8();
    const length = record.uint16(); //          0  Lf
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME_HEADERS.has(marker) && record.remaining >= 5) {
      record.skip(1); //                        2  P
      const height = record.uint16(); //        3  Y
      const width = record.uint16(); //         5  X
      return checkedSize(width, height);
    }
    if (length < 2 || length - 2 > record.remaining) return UNKNOWN_SIZE;
    record.skip(length - 2);
  }
  return UNKNOWN_SIZE;
}
