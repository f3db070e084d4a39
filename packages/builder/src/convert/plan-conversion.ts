import {
  AppImageError,
  type ImageType as FoundType,
  findSection,
  isAppImageError,
  type ReadOptions,
  readSection,
} from '@appimage-js/format';
import type { ImageType } from '../build-options.ts';
import { type Runtime, readRuntime } from '../inspect/runtime.ts';
import { readShellRuntime } from '../inspect/shell-runtime.ts';
import { makeElfIcon } from '../join/elf-icon.ts';
import { type FirstStage, readFirstStage } from '../join/first-stage.ts';
import { choosePayloadFormat, type PayloadFormat } from '../pack/payload-format.ts';
import { checkReadable } from '../plan/compression.ts';
import { MOUNT_WAYS, type MountWay } from '../plan/mount-way.ts';
import { planOutputPath } from '../plan/output-path.ts';
import { plannedFirstStage, plannedRuntime } from '../plan/planned-runtime.ts';
import { checkUpdateInformation, roomForUpdateInformation } from '../plan/update-information.ts';
import { showPath } from '../show-path.ts';
import { checkedOrder } from '../sort/content-order.ts';
import type { ConversionNote, ConversionPlan, ConvertOptions } from './convert-options.ts';
import { findKeptPayload, type KeptPayload } from './kept-payload.ts';
import { architecturesOf, type ConversionInput, readInput } from './open-input.ts';

/** A plan, and what it is carried out with. */
export interface PlannedConversion {
  readonly plan: ConversionPlan;
  readonly runtime: Runtime;
  readonly firstStage: FirstStage | null;
  /** How the files are written; null where the payload is kept. */
  readonly format: PayloadFormat | null;
  readonly kept: KeptPayload | null;
}

const MAXIMUM_ICON_SIZE = 8 * 1024 * 1024;

/**
 * Decides everything about the new image, but for what only a look at every file can tell.
 *
 * @throws RangeError for options that are not valid
 * @throws AppImageError `unsupported` for what can not be written
 */
export async function planConversion(input: ConversionInput, options: ConvertOptions): Promise<PlannedConversion> {
  const { image, description } = input;
  const { signal, runtimeOnly = false } = options;
  const kept = runtimeOnly ? await findKeptPayload(input, { signal }) : null;
  const type = options.type ?? defaultType(image.type, kept);
  const architectures = await chooseArchitectures(input, type, options);
  const format = kept === null ? choosePayloadFormat({ ...options, type }) : null;
  if (kept !== null) checkKept(kept, type, options);
  const { kind, compression } = format ?? (kept as KeptPayload);
  const runtime = await chooseRuntime(type, architectures, { ...options, compression });
  checkReadable({ kind, compression }, runtime);
  const firstStage = type === 'type-1' ? await chooseFirstStage(input, architectures[0] as string, options) : null;
  const notes: ConversionNote[] = [...signatureNote(input), ...entryPointNote(input), ...appendedNote(kept)];
  const updates = planUpdates(input, { ...options, type }, runtime);
  notes.push(...updates.notes);
  const plan: ConversionPlan = {
    input: input.path,
    output: planOutputPath(options.output, { name: '', version: null, architecture: '' }),
    from: {
      type: description.type,
      size: image.source.size,
      kind: image.payload?.kind ?? 'unknown',
      compression: image.payload?.compression ?? null,
    },
    type,
    architectures,
    payload: {
      kind,
      compression,
      level: format?.level ?? null,
      sort: kept === null ? checkedOrder(options.sort ?? 'name') : null,
      blockSize: format?.blockSize ?? kept?.blockSize ?? null,
      offset: type === 'type-1' ? 0 : runtime.bytes.length,
    },
    runtimeOnly,
    runtime: plannedRuntime(runtime),
    firstStage: plannedFirstStage(firstStage),
    updateInformation: updates.text,
    mount: await mountWayOf(input, firstStage ?? runtime, { signal }),
    notes,
  };
  return { plan, runtime, firstStage, format, kept };
}

function defaultType(found: FoundType, kept: KeptPayload | null): ImageType {
  if (found === 'type-1' || found === 'shimg') return found;
  return kept?.kind === 'iso9660' ? 'type-1' : 'type-2';
}

async function chooseArchitectures(
  input: ConversionInput,
  type: ImageType,
  { arch, signal }: ConvertOptions,
): Promise<readonly string[]> {
  const wanted = typeof arch === 'string' ? [arch] : arch;
  const found = wanted ?? (await architecturesOf(input, { signal }));
  if (found.length === 1 || (type === 'shimg' && found.length > 0)) return found;
  const expected = type === 'shimg' ? 'an architecture' : 'one architecture';
  throw new RangeError(
    `Cannot convert ${showPath(input.path)}: it must be for ${expected}, found ${found.join(' and ') || 'none'}; say which`,
  );
}

async function chooseRuntime(
  type: ImageType,
  architectures: readonly string[],
  { runtimeFile: file, compression, signal }: Omit<ConvertOptions, 'compression'> & { readonly compression: string },
): Promise<Runtime> {
  if (type !== 'shimg') return await readRuntime({ architecture: architectures[0] as string, file, signal });
  if (file !== undefined) throw new RangeError('Cannot plan conversion: a shImg takes no other runtime');
  return await readShellRuntime({ architectures, compression });
}

async function chooseFirstStage(
  { image, description }: ConversionInput,
  architecture: string,
  { firstStageFile: file, signal }: ConvertOptions,
): Promise<FirstStage> {
  const { icon } = description;
  const contents = icon && (await readInput(image, icon.path, { maximumLength: MAXIMUM_ICON_SIZE, signal }));
  return await readFirstStage({
    architecture,
    file,
    icon: contents ? await makeElfIcon(contents, { signal }) : undefined,
  });
}

/** With the payload as it is there is nothing to choose about it, and each file system has its types. */
function checkKept(kept: KeptPayload, type: ImageType, { compression, level, blockSize, sort }: ConvertOptions): void {
  if ([compression, level, blockSize, sort].some((option) => option !== undefined)) {
    throw new RangeError(
      'Cannot plan conversion: compression, level, block size and order must not be given where the payload stays as it is',
    );
  }
  if ((kept.kind === 'iso9660') === (type === 'type-1')) return;
  throw new AppImageError(
    'unsupported',
    `Cannot make ${type} of a payload that stays as it is: it must be ${type === 'type-1' ? 'ISO 9660' : 'SquashFS'}, ` +
      `found ${kept.kind}; convert all of it`,
  );
}

interface PlannedUpdates {
  readonly text: string | null;
  readonly notes: readonly ConversionNote[];
}

/** What the input says is taken as it is, be it what no updater understands; what the caller says is checked. */
function planUpdates(
  { description }: ConversionInput,
  { updateInformation, type }: ConvertOptions & { readonly type: ImageType },
  runtime: Runtime,
): PlannedUpdates {
  if (updateInformation !== undefined) {
    const problems = checkUpdateInformation(updateInformation, runtime, type);
    const notes = problems.map(({ message }) => ({ code: 'update-information-problem' as const, message }));
    return { text: updateInformation, notes };
  }
  const text = description.updateInformation?.raw ?? null;
  const length = text === null ? 0 : new TextEncoder().encode(text).length;
  const room = roomForUpdateInformation(runtime, type);
  if (length <= room) return { text, notes: [] };
  const message = `the update information has ${length} bytes, and the new image has room for ${room}: it is left out`;
  return { text: null, notes: [{ code: 'update-information-dropped', message }] };
}

function signatureNote({ description }: ConversionInput): ConversionNote[] {
  const { state } = description.signature;
  if (state === 'unsigned') return [];
  const message = 'the signature is of the old file and is left out; sign the new one';
  return [{ code: 'signature-dropped', message }];
}

function entryPointNote({ description }: ConversionInput): ConversionNote[] {
  if (description.entryPoint !== null) return [];
  return [{ code: 'no-entry-point', message: 'the image has no AppRun: nothing starts when it is run' }];
}

function appendedNote(kept: KeptPayload | null): ConversionNote[] {
  if (kept === null || kept.appended === 0) return [];
  const message = `${kept.appended} bytes behind the file system are left out: what they say of the old file does not hold for the new one`;
  return [{ code: 'appended-data-dropped', message }];
}

/** The way to mount that the old runtime was told to try first, where the new one can be told so. */
async function mountWayOf(
  { image }: ConversionInput,
  carrier: Pick<Runtime, 'elf'>,
  options: ReadOptions,
): Promise<MountWay | null> {
  const { elf, source } = image;
  if (elf === undefined || findSection(elf, '.mount_mode') === undefined) return null;
  if (carrier.elf === null || findSection(carrier.elf, '.mount_mode') === undefined) return null;
  try {
    const bytes = await readSection(source, elf, '.mount_mode', { maxSize: 4096, ...options });
    const word = new TextDecoder().decode(bytes).replace(/\0.*$/s, '');
    return MOUNT_WAYS.find((way) => way === word) ?? null;
  } catch (error) {
    if (isAppImageError(error) && error.code !== 'io') return null;
    throw error;
  }
}
