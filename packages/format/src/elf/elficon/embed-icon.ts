import { AppImageError } from '../../errors.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { appendSections } from '../append-sections.ts';
import type { Elf } from '../read-elf.ts';
import { findSection, readSection } from '../section-content.ts';
import { type ElfIconEntry, parseIconList, serializeIconList } from './icon-list.ts';
import { parseResource, serializeResource } from './resource.ts';

const LIST_SECTION = '.icon';
const MAXIMUM_LIST_SIZE = 65_536;
const MAXIMUM_ICON_SIZE = 16 * 1024 * 1024;

/** A picture that is embedded into a program. */
export interface ElfIcon {
  /** A PNG file. */
  readonly png: Uint8Array;
  /** Pixels of each side. */
  readonly size: number;
  /** 16 bytes that tell the application from others. */
  readonly uuid: Uint8Array;
}

/**
 * A copy of an ELF file that has an icon, as the elficon specification embeds it: file managers with support for that show it.
 *
 * @param file exactly the ELF file; it must have no icon yet
 * @throws AppImageError as `readElf`
 * @throws RangeError for a file without a table of sections
 */
export async function embedIcon(file: Uint8Array, { png, size, uuid }: ElfIcon): Promise<Uint8Array> {
  const section = `${LIST_SECTION}.${size}.png`;
  const list = serializeIconList({ uuid, entries: [{ kind: 'png', size, section }] });
  return await appendSections(file, [
    { name: LIST_SECTION, bytes: serializeResource(list) },
    { name: section, bytes: serializeResource(png) },
  ]);
}

/** What {@link readEmbeddedIcons} finds. */
export interface EmbeddedIcon extends ElfIconEntry {
  readonly bytes: Uint8Array;
}

/**
 * The icons that an ELF file has by the elficon specification, in the order of its list.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when they contradict themselves, `not-found` where a section is missing,
 *   `limit` where one is too large, `unsupported` where one is compressed
 */
export async function readEmbeddedIcons(
  source: ByteSource,
  elf: Elf,
  { signal }: ReadOptions = {},
): Promise<EmbeddedIcon[]> {
  if (findSection(elf, LIST_SECTION) === undefined) return [];
  const list = parseResource(await readSection(source, elf, LIST_SECTION, { maxSize: MAXIMUM_LIST_SIZE, signal }));
  if (list === undefined) return [];
  const icons: EmbeddedIcon[] = [];
  for (const entry of parseIconList(list).entries) {
    const bytes = parseResource(await readSection(source, elf, entry.section, { maxSize: MAXIMUM_ICON_SIZE, signal }));
    if (bytes === undefined) {
      throw new AppImageError('malformed', `Cannot read ELF icon: section ${entry.section} must begin with "RES1"`);
    }
    icons.push({ ...entry, bytes });
  }
  return icons;
}
