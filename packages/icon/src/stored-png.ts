/*
 * A PNG that is not compressed, to hand a picture to the renderer. PNG Specification, Third Edition, 5 and 11:
 * https://www.w3.org/TR/png-3/
 */
import { crc32, deflateSync } from 'node:zlib';
import { PIXEL_SIZE, type Picture } from './picture.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const TRUECOLOR_WITH_ALPHA = 6;

/** Writes a picture as PNG, eight bits a channel; its opacity is no longer multiplied in. */
export function serializeStoredPng(picture: Picture): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, picture.width); //          0  Width
  header.setUint32(4, picture.height); //         4  Height
  header.setUint8(8, 8); //                       8  Bit depth
  header.setUint8(9, TRUECOLOR_WITH_ALPHA); //    9  Colour type
  //                                             10  Compression method, Filter method, Interlace method: 0
  return Buffer.concat([
    Uint8Array.from(SIGNATURE),
    ...chunk('IHDR', new Uint8Array(header.buffer)),
    ...chunk('IDAT', deflateSync(rows(picture), { level: 0 })),
    ...chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Each row with the byte before it that says: no filter. */
function rows({ width, height, pixels }: Picture): Uint8Array {
  const length = width * PIXEL_SIZE;
  const result = new Uint8Array(height * (length + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < length; x += PIXEL_SIZE) {
      const from = y * length + x;
      const to = y * (length + 1) + 1 + x;
      const alpha = pixels[from + 3] as number;
      for (let channel = 0; channel < 3; channel++) {
        result[to + channel] = alpha === 0 ? 0 : Math.round(((pixels[from + channel] as number) * 255) / alpha);
      }
      result[to + 3] = alpha;
    }
  }
  return result;
}

function chunk(type: string, content: Uint8Array): Uint8Array[] {
  const name = Buffer.from(type, 'latin1');
  const frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, content.length); //                    0  Length
  frame.setUint32(4, crc32(content, crc32(name))); //       behind the content: CRC
  return [new Uint8Array(frame.buffer, 0, 4), name, content, new Uint8Array(frame.buffer, 4)];
}
