import type { Architecture } from './architectures.ts';
import { readElfFile } from './elf-file.ts';
import { verifyElf } from './verify-elf.ts';

/** It shares the 32 KiB before an ISO 9660 image with an icon. */
const SIZE_LIMIT = 10_240;

/** DT_RELA, DT_REL, DT_JMPREL, DT_RELR: nothing in the program could apply relocations. */
const RELOCATION_TAGS: ReadonlySet<number> = new Set([7, 17, 23, 36]);

/** Room that is written into when an image is made. */
const RESERVED_SECTIONS: Readonly<Record<string, number>> = {
  '.runtime_place': 16,
  '.payload_sha256': 32,
  '.mount_mode': 16,
};

/**
 * Checks the first stage of type 1 images before anything is made with it.
 *
 * @throws Error that says what was expected and what was found
 */
export function verifyFirstStage(file: Uint8Array, architecture: Pick<Architecture, 'elfClass' | 'elfMachine'>): void {
  verifyElf(file, {
    what: 'first stage',
    architecture,
    sizeLimit: SIZE_LIMIT,
    reservedSections: RESERVED_SECTIONS,
    relocationsReadOnly: false,
  });
  if (file.subarray(7, 16).some((byte) => byte !== 0)) {
    throw new Error(
      'Cannot use the first stage: its identification must end with zeros, where the magic of type 1 goes',
    );
  }
  const relocations = readElfFile(file).dynamicTags.filter((tag) => RELOCATION_TAGS.has(tag));
  if (relocations.length > 0) {
    throw new Error(`Cannot use the first stage: it must have no relocations, found tags ${relocations.join(' ')}`);
  }
}
