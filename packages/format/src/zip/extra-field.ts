/*
 * Extra fields: what came to the format later is appended to the headers of an entry, each with an id and a length.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.5 and 4.6; proginfo/extrafld.txt of Info-ZIP.
 */
import { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';

const HEADER_SIZE = 4;

/** Ids of the fields that are read; the names in comments are those of the sources. */
export const ExtraFieldId = {
  zip64: 0x0001, //              Zip64 extended information
  ntfsTimes: 0x000a, //          NTFS
  extendedTimestamp: 0x5455, //  extended timestamp, "UT"
  unicodePath: 0x7075, //        Info-ZIP Unicode Path, "up"
  unixOwner: 0x7875, //          Info-ZIP New Unix, "ux"
} as const;

/** The first field with that id; undefined where there is none. Bytes at the end that are no whole field count as padding. */
export function findExtraField(extra: Uint8Array, id: number): Uint8Array | undefined {
  const record = new RecordReader(extra, { what: 'ZIP extra fields' });
  while (record.remaining >= HEADER_SIZE) {
    const found = record.uint16(); //    0  header id
    const length = record.uint16(); //   2  data size
    if (length > record.remaining) return undefined;
    const content = record.bytes(length);
    if (found === id) return content;
  }
  return undefined;
}

/** Serializes one field. */
export function serializeExtraField(id: number, content: Uint8Array): Uint8Array {
  return new RecordWriter(HEADER_SIZE + content.length)
    .uint16(id) //              0  header id
    .uint16(content.length) //  2  data size
    .set(content).bytes;
}
