import { readFileSync, statSync } from 'node:fs';
import { bufferSource, readDynamicSection, readElf } from '@appimage-js/format';
import { openFileSource } from '@appimage-js/format/node';
import type { Target } from '../target.ts';

const START = 65_536;

/** The head of the program that runs this, without section headers: those of runtimes are as far in as these are not. */
export const elf: Target = {
  seeds: async () => {
    await using source = await openFileSource(process.execPath);
    return [withoutSections((await source.read(0, START)).slice()), ...smallLibraries()];
  },
  read: async (input) => {
    const source = bufferSource(input);
    await readDynamicSection(source, await readElf(source));
  },
};

/** Libraries that this program has loaded, small enough to be changed as a whole: they name and offer versions. */
function smallLibraries(): Uint8Array[] {
  const { sharedObjects } = process.report.getReport() as { readonly sharedObjects: readonly string[] };
  const paths = sharedObjects.filter((path) => path.startsWith('/') && statSync(path).size <= START);
  return paths.slice(0, 2).map((path) => new Uint8Array(readFileSync(path)));
}

/** Takes away what points beyond the start: section headers, and the lengths of segments. */
function withoutSections(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  view.setBigUint64(40, 0n, true); //  e_shoff
  view.setUint16(60, 0, true); //      e_shnum
  const first = Number(view.getBigUint64(32, true)); // e_phoff
  for (let index = 0; index < view.getUint16(56, true); index++) {
    const header = first + index * 56;
    const offset = Number(view.getBigUint64(header + 8, true)); // p_offset
    const length = Number(view.getBigUint64(header + 32, true)); // p_filesz
    if (offset >= bytes.length) view.setBigUint64(header + 8, 0n, true);
    view.setBigUint64(header + 32, BigInt(Math.min(length, bytes.length - Math.min(offset, bytes.length))), true);
  }
  return bytes;
}
