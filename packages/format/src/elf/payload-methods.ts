import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import type { Elf } from './read-elf.ts';
import { findSection, readSection } from './section-content.ts';

const SECTION = '.payload_methods';
const MAXIMUM_SIZE = 4096;

/**
 * The compressions that a runtime can read, such as `['gzip', 'xz', 'lz4', 'zstd']`, in the words of SquashFS. Runtimes of
 * this toolkit carry that list in the section `.payload_methods`, so that nobody has to run them to know.
 *
 * @returns null when the runtime does not say
 * @throws AppImageError `limit` for a list of more than 4096 bytes
 */
export async function readPayloadMethods(
  source: ByteSource,
  elf: Elf,
  { signal }: ReadOptions = {},
): Promise<string[] | null> {
  if (findSection(elf, SECTION) === undefined) return null;
  const bytes = await readSection(source, elf, SECTION, { maxSize: MAXIMUM_SIZE, signal });
  const text = new TextDecoder().decode(bytes).replace(/\0.*$/s, '');
  return text.split(' ').filter((name) => name !== '');
}
