/*
 * CL: where a directory is that was moved to the top because its place is too deep. (The moved one is marked with RE, which
 * has no content, and has a PL that points back, which nobody needs.)
 * Source: Rock Ridge Interchange Protocol, section 4.1.5.
 */
import type { RecordReader } from '../../io/record-reader.ts';
import { readBothEndian32 } from '../both-endian.ts';

/** First logical block of the directory. */
export function parseChildLink(record: RecordReader): number {
  return readBothEndian32(record); // 4  Location of Child Directory
}
