import { readAppImageMagic } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { CATALOGUE, TYPE_2_FORMAT } from '../../sources.ts';

const MAGIC: Rule = {
  id: 'magic-missing',
  severity: 'error',
  summary: 'The file has the magic bytes of its type at offset 8',
  source: TYPE_2_FORMAT,
  remedy: 'Write the bytes 41 49 02 (of type 1: 41 49 01) at offset 8, or build the image with a runtime that has them',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const OS_ABI: Rule = {
  id: 'elf-os-abi',
  severity: 'warning',
  summary: 'The byte before the magic, EI_OSABI of the ELF header, is zero',
  source: CATALOGUE,
  remedy: 'Write a zero at offset 7: the catalogue reads four bytes from there on and expects the magic in them',
  profiles: ['recommended', 'appimagehub'],
  severityIn: { recommended: 'note', appimagehub: 'error' },
};

const NOT_ELF: Rule = {
  id: 'image-not-elf',
  severity: 'warning',
  summary: 'The file begins as an ELF program for one architecture',
  source: TYPE_2_FORMAT,
  remedy: 'Convert the image to type 2 for whoever wants that; a shImg starts all the same',
  profiles: ['spec', 'appimagehub'],
  severityIn: { appimagehub: 'error', strict: 'note' },
};

const NO_RUNTIME: Rule = {
  id: 'runtime-missing',
  severity: 'note',
  summary: 'The file has a runtime, by which it starts',
  source: TYPE_2_FORMAT,
  remedy: 'Build an image out of it: appimage convert IN OUT',
  profiles: ['spec', 'appimagehub'],
  severityIn: { spec: 'error', appimagehub: 'error' },
};

const CATALOGUE_ARCHITECTURE: Rule = {
  id: 'catalogue-architecture',
  severity: 'warning',
  summary: 'The image is for x86_64, on which the catalogue tries applications',
  source: CATALOGUE,
  remedy: 'Offer an image for x86_64 as well',
  profiles: ['appimagehub'],
};

/** The first bytes of the file. */
export const headerCheck: Check = {
  rules: [MAGIC, OS_ABI, NOT_ELF, NO_RUNTIME, CATALOGUE_ARCHITECTURE],
  async inspect({ image, signal }, report) {
    if (image === undefined) return;
    const { type, source, elf, architectures, payload } = image;
    if (type === 'shimg') report(NOT_ELF, { message: 'expected an ELF program, found a shell script' });
    if (elf === undefined && type !== 'shimg' && type !== 'type-1' && type !== 'type-2' && payload !== null) {
      report(NO_RUNTIME, { message: 'expected a program at the beginning, found a bare file system' });
    }
    if (type === 'type-1' || type === 'type-2' || type === 'nixappimage') {
      const expected = type === 'type-1' ? 1 : 2;
      const found = await readAppImageMagic(source, { signal });
      if (found !== expected) {
        const severity = type === 'type-1' ? { severity: 'warning' as const } : {};
        const bytes = `41 49 0${expected}`;
        report(MAGIC, {
          message: `expected the bytes ${bytes} at offset 8, found ${await hexAt(source, 8, 3)}`,
          ...severity,
        });
      }
    }
    const osAbi = elf?.header.ident.osAbi ?? 0;
    if (osAbi !== 0) report(OS_ABI, { message: `expected zero at offset 7, found ${osAbi}` });
    if (architectures.length > 0 && !architectures.includes('x86_64')) {
      report(CATALOGUE_ARCHITECTURE, {
        message: `expected an image for x86_64, found one for ${architectures.join(', ')}`,
      });
    }
  },
};

async function hexAt(
  source: { readonly size: number; read(offset: number, length: number): Promise<Uint8Array> },
  offset: number,
  length: number,
): Promise<string> {
  if (source.size < offset + length) return 'none';
  return [...(await source.read(offset, length))].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
