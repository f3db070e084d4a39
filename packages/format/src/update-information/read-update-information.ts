import { type Elf, findSection, SHT_NOBITS } from '../elf/index.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { parseUpdateInformation, type UpdateInformation } from './update-information.ts';

/** In the Application Use field of the primary volume descriptor. AppImage specification, "Type 1 image format". */
export const TYPE_1_UPDATE_INFORMATION_OFFSET = 33_651;
/** Bytes of that field. */
export const TYPE_1_UPDATE_INFORMATION_SIZE = 512;

/** The section of type 2 images. */
const SECTION = '.upd_info';
/** Runtimes reserve 1,024 bytes; what lies beyond this many is not read. */
const MAXIMUM_SECTION_SIZE = 65_536;

/** Options of {@link readUpdateInformation}. */
export interface ReadUpdateInformationOptions extends ReadOptions {
  /** `type-1` is read at its fixed place, everything else from the ELF section. */
  readonly type: string;
  /** Undefined where the file is not ELF; there is nothing to read then, unless it is of type 1. */
  readonly elf: Elf | undefined;
}

/**
 * Reads and parses what an image has embedded; `undefined` where there is nothing. In images of type 1, anything that
 * does not begin like update information counts as nothing, as the specification asks: other programs use the same
 * field.
 *
 * @throws AppImageError `io` when reading fails
 */
export async function readUpdateInformation(
  source: ByteSource,
  { type, elf, signal }: ReadUpdateInformationOptions,
): Promise<UpdateInformation | undefined> {
  if (type === 'type-1') return readType1(source, { signal });
  const section = elf && findSection(elf, SECTION);
  if (section === undefined || section.type === SHT_NOBITS) return undefined;
  const length = Math.min(section.size, MAXIMUM_SECTION_SIZE);
  return parseUpdateInformation(await source.read(section.offset, length, { signal }));
}

async function readType1(source: ByteSource, options: ReadOptions): Promise<UpdateInformation | undefined> {
  const available = source.size - TYPE_1_UPDATE_INFORMATION_OFFSET;
  if (available <= 0) return undefined;
  const length = Math.min(available, TYPE_1_UPDATE_INFORMATION_SIZE);
  const parsed = parseUpdateInformation(await source.read(TYPE_1_UPDATE_INFORMATION_OFFSET, length, options));
  return parsed !== undefined && /^[\w-]+\|/.test(parsed.raw) ? parsed : undefined;
}
