import { createHash } from 'node:crypto';
import { createXXHash3 } from 'hash-wasm';
import {
  type DwarfsCompression,
  type DwarfsSectionHeader,
  type DwarfsSectionType,
  SECTION_HEADER_SIZE,
  SHA_START,
  serializeSectionHeader,
  XXH3_START,
} from '../../src/dwarfs/section-header.ts';
import { type IndexEntry, serializeSectionIndex } from '../../src/dwarfs/section-index.ts';
import { noise } from '../support/trees.ts';

/** A section that a test puts into an image. */
export interface SectionRecipe {
  readonly type: DwarfsSectionType;
  readonly compression?: DwarfsCompression;
  readonly data?: Uint8Array;
  /** What the header says otherwise; its hashes are right all the same. */
  readonly header?: Partial<DwarfsSectionHeader>;
}

/** What else there is to say of an image. */
export interface DwarfsRecipe {
  readonly minorVersion?: number;
  /** Whether there is a section index, and what it says otherwise. Default true. */
  readonly index?: boolean | ((entries: IndexEntry[]) => IndexEntry[]);
  readonly suffix?: Uint8Array;
}

/** Sections as `mkdwarfs` writes them; what is in them is noise. */
export const USUAL_SECTIONS: readonly SectionRecipe[] = [
  { type: 'block', compression: 'zstd', data: noise(5000, 1) },
  { type: 'block', compression: 'none', data: noise(3000, 2) },
  { type: 'block', compression: 'zstd', data: noise(1000, 3) },
  { type: 'metadata-schema', compression: 'zstd', data: noise(200, 4) },
  { type: 'metadata', compression: 'none', data: noise(700, 5) },
  { type: 'history', compression: 'zstd', data: noise(50, 6) },
];

/** A DwarFS image in memory, with right hashes. */
export async function makeDwarfs(
  sections: readonly SectionRecipe[] = USUAL_SECTIONS,
  recipe: DwarfsRecipe = {},
): Promise<Uint8Array> {
  const minorVersion = recipe.minorVersion ?? 5;
  const parts: Uint8Array[] = [];
  const entries: IndexEntry[] = [];
  let offset = 0;
  const add = async (section: SectionRecipe): Promise<void> => {
    const part = await makeSection(section, parts.length, minorVersion);
    parts.push(part);
    offset += part.length;
  };
  for (const section of sections) {
    entries.push({ type: section.type, offset });
    await add(section);
  }
  if (recipe.index !== false) {
    entries.push({ type: 'section-index', offset });
    const change = typeof recipe.index === 'function' ? recipe.index : (own: IndexEntry[]) => own;
    await add({ type: 'section-index', data: serializeSectionIndex(change(entries)) });
  }
  return new Uint8Array(Buffer.concat([...parts, recipe.suffix ?? new Uint8Array(0)]));
}

async function makeSection(
  { type, compression = 'none', data = new Uint8Array(0), header }: SectionRecipe,
  number: number,
  minorVersion: number,
): Promise<Uint8Array> {
  const none = { sha512of256: new Uint8Array(32), xxh3: 0n };
  const fields = { minorVersion, number, type, compression, length: data.length, ...none, ...header };
  const draft = Buffer.concat([serializeSectionHeader(fields), data]);
  const hasher = await createXXHash3();
  const xxh3 = header?.xxh3 ?? BigInt(`0x${hasher.init().update(draft.subarray(XXH3_START)).digest('hex')}`);
  draft.set(serializeSectionHeader({ ...fields, xxh3 }));
  const sha512of256 = createHash('sha512-256').update(draft.subarray(SHA_START)).digest();
  draft.set(serializeSectionHeader({ ...fields, xxh3, sha512of256 }));
  return new Uint8Array(draft.subarray(0, SECTION_HEADER_SIZE + data.length));
}
