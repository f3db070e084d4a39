/*
 * PN: the number of a device node.
 * Source: Rock Ridge Interchange Protocol, section 4.1.2. It leaves open how a system's device number is cut in two: what
 * is read and written here is what Linux understands.
 */
import type { RecordReader } from '../../io/record-reader.ts';
import { readBothEndian32, writeBothEndian32 } from '../both-endian.ts';
import { entryWriter } from './entry.ts';

export interface DeviceNumber {
  readonly major: number;
  readonly minor: number;
}

export function parseDeviceNumber(record: RecordReader): DeviceNumber {
  const high = readBothEndian32(record); // 4  Dev_t High
  const low = readBothEndian32(record); // 12  Dev_t Low
  // Either the two halves of a `dev_t` as the C library packs it, where the upper one is hardly ever used ...
  if (high === 0) return { major: (low >>> 8) & 0xfff, minor: (low & 0xff) + ((low >>> 20) << 8) };
  // ... or the two numbers themselves.
  return { major: high, minor: low };
}

export function serializeDeviceNumber({ major, minor }: DeviceNumber): Uint8Array {
  // In one half wherever that has a place for all bits, because some readers know nothing else.
  const packed = minor <= 0xff || major === 0;
  const writer = entryWriter('PN', 16);
  writeBothEndian32(writer, packed ? 0 : major); // 4  Dev_t High
  return writeBothEndian32(writer, packed ? pack({ major, minor }) : minor).bytes; // 12  Dev_t Low
}

function pack({ major, minor }: DeviceNumber): number {
  return (minor & 0xff) + major * 0x100 + (minor >>> 8) * 0x10_0000;
}
