/*
 * TF: the times of a file.
 * Source: Rock Ridge Interchange Protocol, section 4.1.6.
 */
import type { RecordReader } from '../../io/record-reader.ts';
import { parseDirectoryDate, writeDirectoryDate } from '../directory-date.ts';
import { parseVolumeDate } from '../volume-date.ts';
import { entryWriter } from './entry.ts';

export const TIME_STAMPS_SIZE = 26;

/** Bits of the flags: which times there are, in this order, and how they are written. */
const TimeFlag = { creation: 0x01, modification: 0x02, access: 0x04, attributes: 0x08, longForm: 0x80 } as const;

/** When the content was last changed, in seconds since 1970, UTC; `undefined` where that was not recorded. */
export function parseModificationTime(record: RecordReader): number | undefined {
  const flags = record.uint8(); //                                            4  Flags
  const parse = (flags & TimeFlag.longForm) === 0 ? parseDirectoryDate : parseVolumeDate;
  if ((flags & TimeFlag.creation) !== 0) parse(record); //                    5  Creation Time
  return (flags & TimeFlag.modification) === 0 ? undefined : parse(record); //   Modify Time, and others
}

/** The entry that gives this time as that of the last change, access and change of attributes. */
export function serializeTimeStamps(seconds: number): Uint8Array {
  const writer = entryWriter('TF', TIME_STAMPS_SIZE - 4);
  writer.uint8(TimeFlag.modification | TimeFlag.access | TimeFlag.attributes); // 4  Flags
  writeDirectoryDate(writer, seconds); //                                        5  Modify Time
  writeDirectoryDate(writer, seconds); //                                       12  Access Time
  return writeDirectoryDate(writer, seconds).bytes; //                          19  Attributes Time
}
