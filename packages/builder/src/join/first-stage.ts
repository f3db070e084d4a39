import { hash } from 'node:crypto';
import {
  APPIMAGE_MAGIC_OFFSET,
  AppImageError,
  bufferSource,
  type Elf,
  type ElfIcon,
  embedIcon,
  findSection,
  readElf,
  SYSTEM_AREA_SIZE,
  serializeAppImageMagic,
} from '@appimage-js/format';
import { openFileSource } from '@appimage-js/format/node';
import { firstStage } from '@appimage-js/runtime-shim';
import type { Runtime } from '../inspect/runtime.ts';
import { showPath } from '../show-path.ts';

/** Where the first stage is told which bytes of the file are the runtime. */
const PLACE_SECTION = '.runtime_place';
const PLACE_SIZE = 16;
/** EI_OSABI, right before the magic. Some recognize an image only where it is that of System V. */
const OS_ABI_OFFSET = 7;

/** The program at the start of a type 1 image, complete but for the place of the runtime that it starts. */
export interface FirstStage extends Runtime {
  readonly elf: Elf;
  /** Whether it has the icon that was given. */
  readonly hasIcon: boolean;
}

/** Which first stage to take, and what it shall have. */
export interface FirstStageChoice {
  readonly architecture: string;
  /** A file to take instead of the toolkit's own. */
  readonly file?: string | undefined;
  /** For file managers that know elficon; left out where it does not fit. */
  readonly icon?: ElfIcon | undefined;
}

/**
 * Reads the first stage and gives it the magic of type 1 and the icon.
 *
 * @throws AppImageError `unsupported` when there is none for the architecture, `malformed` when the file is none
 */
export async function readFirstStage({ architecture, file, icon }: FirstStageChoice): Promise<FirstStage> {
  const bytes = (await readBytes(architecture, file)).slice();
  bytes[OS_ABI_OFFSET] = 0;
  bytes.set(serializeAppImageMagic(1), APPIMAGE_MAGIC_OFFSET);
  const withIcon = icon === undefined ? undefined : await embedIcon(bytes, icon);
  const hasIcon = withIcon !== undefined && withIcon.length <= SYSTEM_AREA_SIZE;
  const chosen = hasIcon ? withIcon : bytes;
  const elf = await readElf(bufferSource(chosen));
  const where = file ?? `the built-in first stage for ${architecture}`;
  const place = findSection(elf, PLACE_SECTION);
  if (elf.architecture !== architecture) {
    throw unusable(where, `it must be for ${architecture}, found ${elf.architecture}`);
  }
  if (place === undefined || place.size < PLACE_SIZE) {
    throw unusable(where, `it must have the section ${PLACE_SECTION} with ${PLACE_SIZE} bytes, found none`);
  }
  if (chosen.length > SYSTEM_AREA_SIZE) {
    throw unusable(where, `it must have at most ${SYSTEM_AREA_SIZE} bytes, found ${chosen.length}`);
  }
  const sha256 = hash('sha256', chosen, 'hex');
  return { file: file ?? null, bytes: chosen, elf, payloadMethods: null, sha256, hasIcon };
}

/** What the section for the runtime's place holds. */
export function serializeRuntimePlace({
  offset,
  length,
}: {
  readonly offset: number;
  readonly length: number;
}): Uint8Array {
  const bytes = new Uint8Array(PLACE_SIZE);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(offset), true); // 0  offset in the file
  view.setBigUint64(8, BigInt(length), true); // 8  bytes
  return bytes;
}

/** Where the runtime's place is to be written. */
export { PLACE_SECTION };

async function readBytes(architecture: string, file: string | undefined): Promise<Uint8Array> {
  if (file === undefined) return await firstStage(architecture);
  await using source = await openFileSource(file);
  if (source.size > SYSTEM_AREA_SIZE) {
    throw unusable(file, `it must have at most ${SYSTEM_AREA_SIZE} bytes, found ${source.size}`);
  }
  return await source.read(0, source.size);
}

function unusable(path: string, message: string): AppImageError {
  return new AppImageError('malformed', `Cannot use first stage ${showPath(path)}: ${message}`, { path });
}
