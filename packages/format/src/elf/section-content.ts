import { AppImageError } from '../errors.ts';
import type { ByteSink } from '../io/byte-sink.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import type { Elf, ElfSection } from './read-elf.ts';
import { SHT_NOBITS, SHT_NULL } from './section-header.ts';

/** Options of {@link readSection}. */
export interface ReadSectionOptions extends ReadOptions {
  /** More bytes than this is an error with the code `limit`. Default 64 MiB. */
  readonly maxSize?: number;
}

/** What {@link patchSection} writes, and where. */
export interface SectionPatch {
  /** The file that `elf` was read from, with the same offsets. */
  readonly sink: ByteSink;
  readonly elf: Elf;
  /** Such as `.upd_info`. */
  readonly name: string;
  /** At most the section's size; the rest of the section becomes zeros. */
  readonly bytes: Uint8Array;
}

/** The first section of that name, or undefined. */
export function findSection(elf: Elf, name: string): ElfSection | undefined {
  return elf.sections.find((section) => section.type !== SHT_NULL && section.name === name);
}

/**
 * The bytes of a section as they are in the file, padding included.
 *
 * @throws AppImageError `not-found` when there is no such section in the file, `limit` beyond `maxSize`
 */
export async function readSection(
  source: ByteSource,
  elf: Elf,
  name: string,
  { maxSize = 64 * 1024 * 1024, signal }: ReadSectionOptions = {},
): Promise<Uint8Array> {
  const { offset, size } = sectionInFile(elf, name, 'read');
  if (size > maxSize) {
    throw new AppImageError(
      'limit',
      `Cannot read section ${name}: size must be at most ${maxSize} bytes, found ${size}`,
      {
        offset,
      },
    );
  }
  return source.read(offset, size, { signal });
}

/**
 * Replaces the contents of a section in place, without changing any offset in the file; how update information and
 * signatures get into a runtime.
 *
 * @throws AppImageError `not-found` when there is no such section in the file, `limit` when `bytes` do not fit
 */
export async function patchSection({ sink, elf, name, bytes }: SectionPatch): Promise<void> {
  const { offset, size } = sectionInFile(elf, name, 'patch');
  if (bytes.length > size) {
    throw new AppImageError(
      'limit',
      `Cannot patch section ${name}: contents must be at most ${size} bytes, found ${bytes.length}`,
      { offset },
    );
  }
  const padded = new Uint8Array(size);
  padded.set(bytes);
  await sink.write(offset, padded);
}

function sectionInFile(elf: Elf, name: string, verb: string): ElfSection {
  const section = findSection(elf, name);
  if (section === undefined) {
    throw new AppImageError('not-found', `Cannot ${verb} section ${name}: the ELF file has no section of that name`);
  }
  if (section.type === SHT_NOBITS) {
    throw new AppImageError('not-found', `Cannot ${verb} section ${name}: it takes no space in the ELF file`);
  }
  return section;
}
