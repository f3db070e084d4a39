/*
 * SP: says, in the first record of the root directory, that there are system use entries.
 * Source: System Use Sharing Protocol, section 5.3.
 */
import { entryWriter, type SystemUseEntry } from './entry.ts';

const CHECK_BYTES = [0xbe, 0xef] as const;

/** How many bytes of every other record's system use field belong to somebody else; `undefined` for what is no such entry. */
export function parseSharingProtocol({ signature, record }: SystemUseEntry): number | undefined {
  if (signature !== 'SP' || record.remaining < 3) return undefined;
  const checks = [record.uint8(), record.uint8()]; // 4  Check Bytes
  if (checks[0] !== CHECK_BYTES[0] || checks[1] !== CHECK_BYTES[1]) return undefined;
  return record.uint8(); //                           6  Bytes Skipped
}

export function serializeSharingProtocol(): Uint8Array {
  return entryWriter('SP', 3)
    .uint8(CHECK_BYTES[0]) // 4  Check Bytes
    .uint8(CHECK_BYTES[1])
    .uint8(0).bytes; //       6  Bytes Skipped
}
