import { type NativeKind, readNativeProgram } from './native-program.ts';

const FIRST_STAGE: NativeKind = {
  file: 'first-stage',
  called: 'first stage',
  remedy: 'images of type 1 cannot be made for it',
};

/**
 * The program that an AppImage of type 1 begins with: a static ELF file of a few kilobytes, for the 32,768 bytes before the
 * volume descriptors. It copies the runtime ({@link elfRuntime}) out of the same file into memory and becomes it.
 *
 * Its sections are to be filled in: `.runtime_place` with the runtime's offset in the file and its length, two numbers of 64 bits
 * in little-endian order; `.payload_sha256`, if wanted, with the SHA-256 of the image from byte 32,768 to its end as the primary
 * volume descriptor has it; `.mount_mode`, if wanted, with a word as in `APPIMAGE_MOUNT`. The magic of type 1 is to be
 * written, too. Sections that are added behind its end do not disturb it.
 *
 * @throws an error with the code `unsupported` when there is none for the architecture, `io` when reading it fails
 */
export function firstStage(architecture: string): Promise<Uint8Array> {
  return readNativeProgram(FIRST_STAGE, architecture);
}
