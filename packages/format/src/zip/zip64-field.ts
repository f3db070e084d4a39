/*
 * The Zip64 field of an entry: the values, in this order, that are too large for their field in the header, and no others.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, section 4.5.3.
 */
import { AppImageError } from '../errors.ts';
import { RecordReader } from '../io/record-reader.ts';
import type { CentralHeader } from './central-header.ts';
import { IN_ZIP64_16, IN_ZIP64_32 } from './end-record.ts';
import { ExtraFieldId, findExtraField } from './extra-field.ts';

/** Sizes and place of an entry, whatever field they were in. */
export interface EntryPlace {
  readonly uncompressedSize: number;
  readonly compressedSize: number;
  /** From where the archive thinks that it begins. */
  readonly localHeaderOffset: number;
  readonly disk: number;
}

/**
 * The true sizes and place of an entry.
 *
 * @throws AppImageError `malformed` where a value must be in the Zip64 field but is not, or is above 2^53 - 1
 */
export function entryPlace(header: CentralHeader): EntryPlace {
  const { uncompressedSize, compressedSize, localHeaderOffset, disk } = header;
  const isComplete =
    uncompressedSize !== IN_ZIP64_32 &&
    compressedSize !== IN_ZIP64_32 &&
    localHeaderOffset !== IN_ZIP64_32 &&
    disk !== IN_ZIP64_16;
  if (isComplete) return { uncompressedSize, compressedSize, localHeaderOffset, disk };
  const field = findExtraField(header.extra, ExtraFieldId.zip64);
  if (field === undefined) {
    throw new AppImageError('malformed', 'Cannot parse ZIP entry: it must have a Zip64 field, found none');
  }
  const record = new RecordReader(field, { what: 'Zip64 field of a ZIP entry' });
  return {
    uncompressedSize: uncompressedSize === IN_ZIP64_32 ? record.uint64() : uncompressedSize, //    original size
    compressedSize: compressedSize === IN_ZIP64_32 ? record.uint64() : compressedSize, //          compressed size
    localHeaderOffset: localHeaderOffset === IN_ZIP64_32 ? record.uint64() : localHeaderOffset, // relative header offset
    disk: disk === IN_ZIP64_16 ? record.uint32() : disk, //                                        disk start number
  };
}
