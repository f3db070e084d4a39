import type { InputDirectory } from '../../../src/filesystem/input-tree.ts';
import { swap16, swap32 } from '../../../src/iso9660/both-endian.ts';
import { COMPRESSED, writeIso } from './write-image.ts';

export const SECTOR = 2048;
export const DESCRIPTOR: number = 16 * SECTOR;
export const ROOT_RECORD: number = DESCRIPTOR + 156;

/** An image whose fields can be changed one by one. */
export interface PatchableIso {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the records of each name are, "." and ".." of the root among them. */
  readonly records: ReadonlyMap<string, number>;
  /** Where the record of that name begins. */
  record(name: string): number;
  /** Where the system use entry of that signature begins in the record of that name. */
  entry(name: string, signature: string): number;
  /** Sets a 32-bit number in both byte orders. */
  set32(offset: number, value: number): void;
  set16(offset: number, value: number): void;
}

/** Writes a tree, compressed where that saves something, with names that are all different and short. */
export async function patchableIso(root: InputDirectory): Promise<PatchableIso> {
  const bytes = await writeIso(root, COMPRESSED);
  const view = new DataView(bytes.buffer);
  const records = findRecords(bytes, view);
  const record = (name: string): number => {
    const at = records.get(name);
    if (at === undefined) throw new RangeError(`There is no record ${name}`);
    return at;
  };
  return {
    bytes,
    view,
    records,
    record,
    entry: (name, signature) => {
      const at = record(name);
      for (const entry of entriesOf(bytes, at)) if (signatureAt(bytes, entry) === signature) return entry;
      throw new RangeError(`There is no entry ${signature} in ${name}`);
    },
    set32: (offset, value) => {
      view.setUint32(offset, value, true);
      view.setUint32(offset + 4, swap32(value), true);
    },
    set16: (offset, value) => {
      view.setUint16(offset, value, true);
      view.setUint16(offset + 2, swap16(value), true);
    },
  };
}

/** Counts in blocks of another size everything that is counted in blocks. */
export function changeBlockSize({ bytes, view, records, set16, set32 }: PatchableIso, blockSize: number): void {
  const factor = SECTOR / blockSize;
  set16(DESCRIPTOR + 128, blockSize);
  set32(DESCRIPTOR + 80, view.getUint32(DESCRIPTOR + 80, true) * factor);
  view.setUint32(DESCRIPTOR + 140, view.getUint32(DESCRIPTOR + 140, true) * factor, true);
  view.setUint32(DESCRIPTOR + 148, view.getUint32(DESCRIPTOR + 148) * factor);
  for (const record of [ROOT_RECORD, ...records.values()]) {
    set32(record + 2, view.getUint32(record + 2, true) * factor);
    for (const entry of record === ROOT_RECORD ? [] : entriesOf(bytes, record)) {
      if (signatureAt(bytes, entry) === 'CE') set32(entry + 4, view.getUint32(entry + 4, true) * factor);
    }
  }
}

function findRecords(bytes: Uint8Array, view: DataView): Map<string, number> {
  const records = new Map<string, number>();
  const visit = (directory: number, path: string): void => {
    const start = view.getUint32(directory + 2, true) * SECTOR;
    const end = start + view.getUint32(directory + 10, true);
    for (let at = start; at < end; ) {
      const length = bytes[at] as number;
      if (length === 0) {
        at += SECTOR - (at % SECTOR);
        continue;
      }
      const name = nameOf(bytes, at);
      records.set(name === '.' || name === '..' ? `${path}${name}` : name, at);
      if (name !== '.' && name !== '..' && ((bytes[at + 25] as number) & 2) !== 0) visit(at, `${name}/`);
      at += length;
    }
  };
  visit(ROOT_RECORD, '');
  return records;
}

function nameOf(bytes: Uint8Array, record: number): string {
  if (bytes[record + 32] === 1 && (bytes[record + 33] as number) < 2) return bytes[record + 33] === 0 ? '.' : '..';
  for (const entry of entriesOf(bytes, record)) {
    if (signatureAt(bytes, entry) !== 'NM') continue;
    return Buffer.from(bytes.subarray(entry + 5, entry + (bytes[entry + 2] as number))).toString();
  }
  throw new RangeError('A name is too long for its record');
}

function* entriesOf(bytes: Uint8Array, record: number): Generator<number> {
  const identifierLength = bytes[record + 32] as number;
  const end = record + (bytes[record] as number);
  for (let at = record + 33 + identifierLength + ((identifierLength + 1) % 2); at + 4 <= end; ) {
    yield at;
    at += bytes[at + 2] as number;
  }
}

function signatureAt(bytes: Uint8Array, entry: number): string {
  return String.fromCharCode(bytes[entry] as number, bytes[entry + 1] as number);
}
