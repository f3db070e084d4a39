/*
 * Windows icons: a header and one directory entry a picture.
 * Source: https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
 */
import { RecordReader } from '../../io/record-reader.ts';
import { checkedSize, type IconSize, startsWith, UNKNOWN_SIZE } from './icon-description.ts';

const SIGNATURE = [0x00, 0x00, 0x01, 0x00]; // idReserved, idType
const HEADER_SIZE = 6;
const ENTRY_SIZE = 16;

/** The signature is weak, so the first entry must make sense, too. */
export function isIco(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, SIGNATURE) || bytes.length < HEADER_SIZE + ENTRY_SIZE) return false;
  const record = new RecordReader(bytes, { what: 'icon' });
  record.skip(4); //                       0  idReserved, idType
  const count = record.uint16(); //        4  idCount
  record.skip(3); //                       6  bWidth, bHeight, bColorCount
  const reserved = record.uint8(); //      9  bReserved
  record.skip(4); //                      10  wPlanes, wBitCount
  const length = record.uint32(); //      14  dwBytesInRes
  const offset = record.uint32(); //      18  dwImageOffset
  return count > 0 && reserved === 0 && length > 0 && offset >= HEADER_SIZE + count * ENTRY_SIZE;
}

/** The size of the largest picture in it. */
export function parseIcoSize(bytes: Uint8Array): IconSize {
  const record = new RecordReader(bytes, { what: 'icon' });
  record.skip(4); //                  0  idReserved, idType
  const count = record.uint16(); //   4  idCount
  let largest = UNKNOWN_SIZE;
  for (let index = 0; index < count && record.remaining >= ENTRY_SIZE; index++) {
    const width = record.uint8() || 256; //   0  bWidth
    const height = record.uint8() || 256; //  1  bHeight
    record.skip(14); //                       2  bColorCount to dwImageOffset
    if (width > (largest.width ?? 0)) largest = checkedSize(width, height);
  }
  return largest;
}
