import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import {
  AppImageError,
  bufferSource,
  type Elf,
  findSection,
  isAppImageError,
  type ReadOptions,
  readAppImageMagic,
  readElf,
  readPayloadMethods,
} from '@appimage-js/format';
import { openFileSource } from '@appimage-js/format/node';
import { elfRuntime } from '@appimage-js/runtime-shim';
import { showPath } from '../show-path.ts';

/** The program that comes before the payload. */
export interface Runtime {
  /** Where it came from; null for the one that comes with this toolkit. */
  readonly file: string | null;
  /** Exactly the ELF file: the payload begins at its end. */
  readonly bytes: Uint8Array;
  /** Null for a shell runtime, which has no sections. */
  readonly elf: Elf | null;
  /** The compressions that it can read; null when it does not say. */
  readonly payloadMethods: readonly string[] | null;
  readonly sha256: string;
}

/** Which runtime to take. */
export interface RuntimeChoice extends ReadOptions {
  readonly architecture: string;
  /** A file to take instead of the toolkit's own. */
  readonly file: string | undefined;
}

/** More is no runtime but a whole program. */
const MAXIMUM_SIZE = 64 * 1024 * 1024;
/** What the specification and its tools write into. */
const REQUIRED_SECTIONS = ['.upd_info', '.sha256_sig'];
/** What belongs to one image and not to its runtime. */
const SECTIONS_OF_IMAGE = [...REQUIRED_SECTIONS, '.sig_key', '.digest_md5', '.payload_sha256', '.mount_mode'];

/**
 * Reads the runtime and checks that it can carry a type 2 image. Of a file that is an AppImage itself its runtime
 * is taken, without what was embedded for that image.
 *
 * @throws AppImageError `unsupported` when there is none for the architecture, `malformed` when the file is none
 */
export async function readRuntime({ architecture, file, signal }: RuntimeChoice): Promise<Runtime> {
  if (file === undefined) return checkRuntime(await elfRuntime(architecture), null, architecture);
  const path = resolve(file);
  await using source = await openFileSource(path);
  const { end } = await readElf(source, { signal }).catch((cause: unknown) => {
    throw isAppImageError(cause) ? unusable(path, cause.message, cause) : cause;
  });
  if (end > MAXIMUM_SIZE) throw unusable(path, `a runtime must have at most ${MAXIMUM_SIZE} bytes, found ${end}`);
  return await checkRuntime(await source.read(0, end, { signal }), path, architecture); // before the source is closed
}

async function checkRuntime(bytes: Uint8Array, file: string | null, architecture: string): Promise<Runtime> {
  const source = bufferSource(bytes);
  const elf = await readElf(source);
  const where = file ?? `the built-in runtime for ${architecture}`;
  if ((await readAppImageMagic(source)) !== 2) {
    throw unusable(where, 'a runtime must have the AppImage magic 0x414902 at offset 8');
  }
  if (elf.architecture !== architecture) {
    throw unusable(where, `the runtime must be for ${architecture}, found ${elf.architecture}`);
  }
  const missing = REQUIRED_SECTIONS.filter((name) => findSection(elf, name) === undefined);
  if (missing.length > 0) throw unusable(where, `a runtime must have the sections ${missing.join(' and ')}`);
  const runtime = blankSections(bytes.subarray(0, elf.end), elf);
  const payloadMethods = await readPayloadMethods(source, elf);
  return { file, bytes: runtime, elf, payloadMethods, sha256: createHash('sha256').update(runtime).digest('hex') };
}

/** Empties the sections that an image fills: an AppImage that serves as runtime brings no update information and no signature. */
function blankSections(runtime: Uint8Array, elf: Elf): Uint8Array {
  const blank = runtime.slice();
  for (const name of SECTIONS_OF_IMAGE) {
    const section = findSection(elf, name);
    if (section) blank.fill(0, section.offset, section.offset + section.size);
  }
  return blank;
}

function unusable(path: string, message: string, cause?: unknown): AppImageError {
  return new AppImageError('malformed', `Cannot use runtime ${showPath(path)}: ${message}`, { path, cause });
}
