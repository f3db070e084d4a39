import { hash } from 'node:crypto';
import { gzip } from 'pako';

/**
 * Architectures in the spelling of AppImage file names, with the names that the script of a shImg has for them, in the order
 * in which it lists them.
 */
const SCRIPT_NAMES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'x86_64'],
  ['i686', 'i386'],
  ['armhf', 'armhf'],
  ['aarch64', 'aarch64'],
]);

/** Helpers begin at multiples of this, so that `dd` takes them out of the file in a few large reads. */
export const ALIGNMENT = 4096;

/** As the digits of the published header allow. */
const MAXIMUM_END = 9_999_999;

/** In the header of the ELF file. */
const APPIMAGE_MAGIC = { offset: 8, bytes: [0x41, 0x49, 0x02] } as const;

/** A native program in a shImg, for one architecture. */
export interface PackedHelper {
  /** In the spelling of AppImage file names. */
  readonly architecture: string;
  /** The script's name for the architecture. */
  readonly scriptName: string;
  /** What the program is called once it is unpacked: the name tells the content. */
  readonly fileName: string;
  /** Bytes of it then. */
  readonly size: number;
  /** Compressed by gzip. */
  readonly bytes: Uint8Array;
}

/** A helper and where it is in the file. */
export interface PlacedHelper extends PackedHelper {
  /** From the start of the file, counted from zero; a multiple of {@link ALIGNMENT}. */
  readonly offset: number;
}

/** All script names, whether there is a helper for them or not. */
export const ALL_SCRIPT_NAMES: readonly string[] = [...SCRIPT_NAMES.values()];

/**
 * Compresses helpers, in the script's order.
 *
 * @throws RangeError for an architecture that a shImg has no place for
 */
export function packHelpers(helpers: ReadonlyMap<string, Uint8Array>): PackedHelper[] {
  for (const architecture of helpers.keys()) {
    if (SCRIPT_NAMES.has(architecture)) continue;
    const known = [...SCRIPT_NAMES.keys()].join(', ');
    throw new RangeError(`Cannot make shell runtime: architecture must be one of ${known}, found ${architecture}`);
  }
  return [...SCRIPT_NAMES].flatMap(([architecture, scriptName]): PackedHelper[] => {
    const given = helpers.get(architecture);
    if (given === undefined) return [];
    const program = withoutMagic(given);
    const fileName = `helper-${hash('sha256', program, 'hex').slice(0, 32)}`;
    return [{ architecture, scriptName, fileName, size: program.length, bytes: compress(program) }];
  });
}

/**
 * Gives each helper a place behind the script.
 *
 * @throws RangeError when they end behind 9,999,999 bytes
 */
export function placeHelpers(helpers: readonly PackedHelper[], scriptLength: number): PlacedHelper[] {
  let offset = alignUp(scriptLength);
  return helpers.map((helper) => {
    const placed = { ...helper, offset };
    const end = offset + helper.bytes.length;
    if (end > MAXIMUM_END) {
      throw new RangeError(
        `Cannot make shell runtime: helpers must end within ${MAXIMUM_END} bytes, found one that ends at ${end}`,
      );
    }
    offset = alignUp(end);
    return placed;
  });
}

/** The next multiple of {@link ALIGNMENT}. */
export function alignUp(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

/**
 * A helper is no AppImage. With the magic of one, where the registrations of emulators expect zeros, the kernel does not hand
 * it to QEMU on another machine.
 */
function withoutMagic(program: Uint8Array): Uint8Array {
  const { offset, bytes } = APPIMAGE_MAGIC;
  if (!bytes.every((byte, index) => program[offset + index] === byte)) return program;
  const changed = program.slice();
  return changed.fill(0, offset, offset + bytes.length);
}

/** The same bytes on every system, without a time: Node's own zlib is another one from build to build. */
function compress(program: Uint8Array): Uint8Array {
  return gzip(program, { level: 9 });
}
