/*
 * When an entry was last modified. Info-ZIP's field has seconds in UTC, that of NTFS steps of 100 ns since 1601 in UTC, and
 * every header a local time of unknown zone in steps of two seconds: the most exact that is there holds.
 * Source: proginfo/extrafld.txt of Info-ZIP; APPNOTE.TXT 6.3.10 of PKWARE, sections 4.4.6 and 4.5.5.
 */
import { RecordReader } from '../io/record-reader.ts';
import type { CentralHeader } from './central-header.ts';
import { ExtraFieldId, findExtraField } from './extra-field.ts';

/** Bit of the extended timestamp's flags: the time of modification is there. */
const HAS_MODIFIED = 1;

const NTFS_TIMES_TAG = 1;
const NTFS_TIMES_SIZE = 24;

/** Seconds from 1601, when NTFS begins to count, to 1970. */
const NTFS_EPOCH = 11_644_473_600;

/** Whole seconds since 1970. A time without a zone is taken for UTC, so that an archive reads alike everywhere. */
export function modificationTime(header: CentralHeader): number {
  return extendedTimestamp(header.extra) ?? ntfsTime(header.extra) ?? dosTime(header);
}

function extendedTimestamp(extra: Uint8Array): number | undefined {
  const field = findExtraField(extra, ExtraFieldId.extendedTimestamp);
  if (field === undefined || field.length < 5) return undefined;
  const record = new RecordReader(field, { what: 'ZIP extended timestamp' });
  if ((record.uint8() & HAS_MODIFIED) === 0) return undefined; //  0  info bits
  return record.uint32() | 0; //                                   1  time of last modification, signed
}

function ntfsTime(extra: Uint8Array): number | undefined {
  const field = findExtraField(extra, ExtraFieldId.ntfsTimes);
  if (field === undefined || field.length < 8 + NTFS_TIMES_SIZE) return undefined;
  const record = new RecordReader(field, { what: 'ZIP field of NTFS' });
  record.skip(4); //                                               0  reserved
  if (record.uint16() !== NTFS_TIMES_TAG) return undefined; //     4  tag
  if (record.uint16() !== NTFS_TIMES_SIZE) return undefined; //    6  size
  return Number(record.bigUint64() / 10_000_000n) - NTFS_EPOCH; // 8  file last modification time
}

/** Days and months that are not there, such as the zeros of writers that know no time, count as the first. */
function dosTime({ dosDate: date, dosTime: time }: CentralHeader): number {
  const year = 1980 + (date >>> 9);
  const month = Math.min(12, Math.max(1, (date >>> 5) & 15));
  const day = Math.max(1, date & 31);
  return Date.UTC(year, month - 1, day, time >>> 11, (time >>> 5) & 63, (time & 31) * 2) / 1000;
}
