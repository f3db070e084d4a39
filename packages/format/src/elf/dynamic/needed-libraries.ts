import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import type { Elf } from '../read-elf.ts';
import { lazyStringTable, neededNames, readDynamicEntries } from './dynamic-section.ts';

/**
 * The libraries that the dynamic loader must find before the program starts (DT_NEEDED), in order; none for a static
 * program. Libraries that a program opens by itself later are not among them.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when the dynamic section contradicts the file, `limit` when it is
 *   larger than any program's
 */
export async function readNeededLibraries(source: ByteSource, elf: Elf, options?: ReadOptions): Promise<string[]> {
  const entries = (await readDynamicEntries(source, elf, options)) ?? [];
  return neededNames(entries, lazyStringTable(source, elf, entries, options));
}
