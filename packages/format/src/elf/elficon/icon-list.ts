/*
 * The content of the section `.icon`: which sections hold icons, and an identifier that belongs to the file. Numbers are
 * little-endian.
 * Source: elficon, as libr 0.6.0 reads and writes it.
 */
import { AppImageError } from '../../errors.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';

const HEADER_SIZE = 20;
/** Bytes of an entry for a PNG without its name. */
const PNG_ENTRY_SIZE = 10;
/** Bytes of an entry for an SVG without its name. */
const SVG_ENTRY_SIZE = 6;
const MAXIMUM_ENTRIES = 1024;

const KINDS = ['svg', 'png'] as const;

/** An icon in an ELF file. */
export interface ElfIconEntry {
  readonly kind: (typeof KINDS)[number];
  /** Pixels of each side; 0 for an SVG. */
  readonly size: number;
  /** Name of the section that has it: ASCII, and not `.icon`. */
  readonly section: string;
}

/** What the section says. */
export interface ElfIconList {
  /** 16 bytes: icons of files that are the same application have the same one. */
  readonly uuid: Uint8Array;
  readonly entries: readonly ElfIconEntry[];
}

/**
 * Parses the content of the section, without the header of a resource.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when it contradicts itself, `limit` for more than 1024 icons
 */
export function parseIconList(bytes: Uint8Array): ElfIconList {
  const record = new RecordReader(bytes, { what: 'list of icons in ELF file', base: 0 });
  record.skip(4); //                   0  number of entries, which libr leaves at 0
  const uuid = record.bytes(16); //    4  UUID
  const entries: ElfIconEntry[] = [];
  for (let at = HEADER_SIZE; at < bytes.length; ) {
    if (entries.length >= MAXIMUM_ENTRIES) {
      throw new AppImageError('limit', `Cannot read list of icons in ELF file: it may have ${MAXIMUM_ENTRIES} entries`);
    }
    const rest = new RecordReader(bytes.subarray(at), { what: 'icon in ELF file', base: at });
    const length = rest.uint32(); //   0  bytes of the entry
    const kind = KINDS[rest.uint8()]; // 4  0 SVG, 1 PNG
    if (kind === undefined) throw rest.malformed(`kind must be 0 or 1, found ${bytes[at + 4]}`, 4);
    const size = kind === 'png' ? rest.uint32() : 0; // 5  pixels, of a PNG only
    const nameStart = at + (kind === 'png' ? PNG_ENTRY_SIZE : SVG_ENTRY_SIZE) - 1;
    if (length < nameStart - at + 1 || at + length > bytes.length) {
      throw rest.malformed(`length must be that of the entry, within ${bytes.length - at} bytes, found ${length}`, 0);
    }
    const name = bytes.subarray(nameStart, at + length); // 9, or 5 of an SVG  name, with a NUL at its end
    const end = name.indexOf(0);
    if (end <= 0) throw rest.malformed('name must have a character and end in NUL', nameStart - at);
    entries.push({ kind, size, section: new TextDecoder('latin1').decode(name.subarray(0, end)) });
    at += length;
  }
  return { uuid: uuid.slice(), entries };
}

/** The mirror of {@link parseIconList}. */
export function serializeIconList({ uuid, entries }: ElfIconList): Uint8Array {
  const lengths = entries.map(({ kind, section }) => entrySize(kind) + section.length);
  const writer = new RecordWriter(lengths.reduce((sum, length) => sum + length, HEADER_SIZE))
    .uint32(entries.length) //                  0  number of entries
    .set(uuid.subarray(0, 16)); //              4  UUID
  for (const [index, { kind, size, section }] of entries.entries()) {
    writer
      .uint32(lengths[index] as number) //      0  bytes of the entry
      .uint8(KINDS.indexOf(kind)); //           4  0 SVG, 1 PNG
    if (kind === 'png') writer.uint32(size); // 5  pixels, of a PNG only
    writer.set(new TextEncoder().encode(`${section}\0`)); // 9, or 5 of an SVG  name, with a NUL at its end
  }
  return writer.bytes;
}

function entrySize(kind: ElfIconEntry['kind']): number {
  return kind === 'png' ? PNG_ENTRY_SIZE : SVG_ENTRY_SIZE;
}
