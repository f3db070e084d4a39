import { deflateRawSync } from 'node:zlib';
import { type CentralHeader, serializeCentralHeader } from '../../src/zip/central-header.ts';
import { crc32 } from '../../src/zip/crc32.ts';
import { type EndRecord, serializeEndRecord } from '../../src/zip/end-record.ts';
import { ZipFlag, ZipMethod } from '../../src/zip/general-flags.ts';
import { type LocalHeader, serializeLocalHeader } from '../../src/zip/local-header.ts';

/** An entry of an archive that a test makes; both headers may be bent. */
export interface EntryRecipe {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  readonly deflate?: boolean;
  /** The whole mode of Unix with the file's type. */
  readonly mode?: number;
  readonly central?: Partial<CentralHeader>;
  readonly local?: Partial<LocalHeader>;
  /** Stored data that the headers do not tell of. */
  readonly data?: Uint8Array;
}

/** What goes around the entries. */
export interface ZipRecipe {
  readonly prefix?: Uint8Array;
  /** Whether offsets count from the start of the prefix, as after `zip -A`, or from the archive's own. */
  readonly isAdjusted?: boolean;
  readonly comment?: string;
  readonly suffix?: Uint8Array;
  readonly end?: Partial<EndRecord>;
}

/** A ZIP archive in memory. */
export function makeZip(entries: readonly EntryRecipe[], recipe: ZipRecipe = {}): Uint8Array {
  const prefix = recipe.prefix ?? new Uint8Array(0);
  const origin = recipe.isAdjusted === true ? prefix.length : 0;
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let offset = origin;
  for (const entry of entries) {
    const { local, central } = makeEntry(entry, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const comment = Buffer.from(recipe.comment ?? '');
  const end = serializeEndRecord({
    disk: 0,
    directoryDisk: 0,
    entriesOnDisk: entries.length,
    entryCount: entries.length,
    directorySize: directory.length,
    directoryOffset: offset,
    commentLength: comment.length,
    ...recipe.end,
  });
  const parts = [prefix, ...locals, directory, end, comment, recipe.suffix ?? new Uint8Array(0)];
  return new Uint8Array(Buffer.concat(parts));
}

function makeEntry(entry: EntryRecipe, offset: number) {
  const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
  const content = Buffer.from(entry.content ?? '');
  const data = entry.data ?? (entry.deflate === true ? deflateRawSync(content) : content);
  const common = {
    versionNeeded: 20,
    flags: ZipFlag.utf8,
    method: entry.deflate === true ? ZipMethod.deflated : ZipMethod.stored,
    dosTime: 0,
    dosDate: 0x2821, // 1 January 2000
    crc32: crc32(content),
    compressedSize: data.length,
    uncompressedSize: content.length,
    name,
  };
  const local = serializeLocalHeader({ ...common, extraLength: 0, ...entry.local });
  const central = serializeCentralHeader({
    ...common,
    versionMadeBy: 3 * 256 + 20,
    disk: 0,
    internalAttributes: 0,
    externalAttributes: (entry.mode ?? 0o100644) * 65_536,
    localHeaderOffset: offset,
    extra: new Uint8Array(0),
    comment: new Uint8Array(0),
    ...entry.central,
  });
  return { local: new Uint8Array(Buffer.concat([local, data])), central };
}
