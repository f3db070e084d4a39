/*
 * Who owns an entry: user and group numbers of any width.
 * Source: proginfo/extrafld.txt of Info-ZIP, "Info-ZIP New Unix Extra Field".
 */
import { RecordReader } from '../io/record-reader.ts';
import { ExtraFieldId, findExtraField } from './extra-field.ts';

const VERSION = 1;

/** Numbers of user and group; root's where the entry has no such field, or has one of another version. */
export function entryOwner(extra: Uint8Array): { readonly uid: number; readonly gid: number } {
  const field = findExtraField(extra, ExtraFieldId.unixOwner);
  const root = { uid: 0, gid: 0 };
  if (field === undefined) return root;
  const record = new RecordReader(field, { what: 'ZIP field of Unix owners' });
  if (record.remaining === 0 || record.uint8() !== VERSION) return root; //  0  version
  const uid = readNumber(record); //                                         1  UID size, UID
  const gid = readNumber(record); //                                            GID size, GID
  return uid === undefined || gid === undefined ? root : { uid, gid };
}

/** A length and as many bytes; undefined for what is cut off or does not fit into 32 bits. */
function readNumber(record: RecordReader): number | undefined {
  if (record.remaining === 0) return undefined;
  const length = record.uint8();
  if (length > record.remaining) return undefined;
  const value = record.bytes(length).reduceRight((number, byte) => number * 256 + byte, 0);
  return value <= 0xffff_ffff ? value : undefined;
}
