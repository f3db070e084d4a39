import { realpath } from 'node:fs/promises';
import {
  findSection,
  patchSection,
  TYPE_1_UPDATE_INFORMATION_OFFSET,
  TYPE_1_UPDATE_INFORMATION_SIZE,
} from '@appimage-js/format';
import { joinShImg } from '../join/join-shimg.ts';
import { joinType1 } from '../join/join-type-1.ts';
import { checkOutput, type Draft, openDraft } from '../output/draft.ts';
import { type WrittenPayload, writePayload } from '../pack/write-payload.ts';
import { payloadDigest } from '../payload-digest.ts';
import { contentRanks } from '../sort/content-order.ts';
import type { ConversionNote, ConversionPlan, ConvertedAppImage, ConvertOptions } from './convert-options.ts';
import { type ImageTree, imageTree } from './image-tree.ts';
import { integrationOf } from './integration.ts';
import { copyPayload } from './kept-payload.ts';
import { type ConversionInput, creationTime, openInput } from './open-input.ts';
import { type PlannedConversion, planConversion } from './plan-conversion.ts';

/**
 * Makes an image of another type, or with another compression, of one that is there; or, with `runtimeOnly`, puts a new runtime to
 * its payload. The files have the same contents, names, owners, modes and times. Nothing of the image is run. An image of the
 * output's name is replaced in one step, at the end; until then, and after an error or an abort, it is as it was.
 *
 * @example
 * import { buildAppImage, convertAppImage } from '@appimage-js/builder';
 *
 * const { path: input } = await buildAppImage({ appDir: 'Hello.AppDir', output: 'Hello.AppImage', arch: 'x86_64' });
 * const { path, plan } = await convertAppImage({ input, output: 'Hello-1.AppImage', type: 'type-1' });
 * for (const { message } of plan.notes) console.log(`${path}: ${message}`);
 *
 * @throws AppImageError `unsupported` for what can not be read or written here, `malformed` or `out-of-bounds` for a damaged
 *   image, and what the disk says
 * @throws RangeError for options that are not valid
 */
export async function convertAppImage(options: ConvertOptions): Promise<ConvertedAppImage> {
  const { signal } = options;
  await using input = await openInput(options.input, { signal });
  const work = await prepare(input, options);
  await using draft = await openDraft({ output: await targetOf(work.plan) });
  const payload = await writeContents(work, { input, draft, options });
  const size = await join(work, { input, draft, payload, options });
  await embed(work, { draft, payload, options });
  await draft.publish();
  const { plan } = work;
  const { offset, compression } = plan.payload;
  return { path: plan.output, size, payload: { offset, length: payload.length, compression }, plan };
}

/**
 * Tells what {@link convertAppImage} would do, without writing anything.
 *
 * @throws as {@link convertAppImage}
 */
export async function planConvertedAppImage(options: ConvertOptions): Promise<ConversionPlan> {
  await using input = await openInput(options.input, { signal: options.signal });
  const { plan } = await prepare(input, options);
  await checkOutput({ output: await targetOf(plan) });
  return plan;
}

/** A plan with the tree that is to be written, where the payload is not kept. */
type PreparedConversion = PlannedConversion & { readonly tree: ImageTree | null };

async function prepare(input: ConversionInput, options: ConvertOptions): Promise<PreparedConversion> {
  const planned = await planConversion(input, options);
  if (planned.format === null) return { ...planned, tree: null };
  const keepsAttributes = planned.format.kind === 'squashfs';
  const tree = await imageTree(input.image.files, { signal: options.signal, keepsAttributes });
  const notes = [...planned.plan.notes, ...treeNotes(tree)];
  return { ...planned, plan: { ...planned.plan, notes }, tree };
}

function treeNotes({ droppedAttributes, changedTimes }: ImageTree): ConversionNote[] {
  const notes: ConversionNote[] = [];
  if (droppedAttributes > 0) {
    const message = `${count(droppedAttributes, 'file has', 'files have')} extended attributes that the new image has no place for`;
    notes.push({ code: 'attributes-dropped', message });
  }
  if (changedTimes > 0) {
    const message = `${count(changedTimes, 'file has', 'files have')} a time before 1970 or after 2106, and gets the nearest one`;
    notes.push({ code: 'time-changed', message });
  }
  return notes;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

interface Work {
  readonly input: ConversionInput;
  readonly draft: Draft;
  readonly options: ConvertOptions;
}

async function writeContents(
  { plan, format, kept, tree }: PreparedConversion,
  { input, draft, options: { signal, onProgress } }: Work,
): Promise<WrittenPayload> {
  const { offset } = plan.payload;
  if (kept !== null) return await copyPayload(input.image.source, kept, { draft, offset, signal, onProgress });
  if (format === null || tree === null) throw new TypeError('Cannot convert: there must be a tree to write');
  return await writePayload({
    root: tree.root,
    contentRank: await contentRanks(tree.root, plan.payload.sort ?? 'name', { signal }),
    format,
    sink: draft,
    offset,
    mkfsTime: creationTime(input.image),
    updateInformation: null, // written by `embed`, as it was
    volumeName: input.description.name ?? '',
    signal,
    onProgress,
  });
}

async function join(
  { plan, runtime, firstStage }: PreparedConversion,
  { input, draft, payload, options }: Work & { readonly payload: WrittenPayload },
): Promise<number> {
  const { architectures, updateInformation } = plan;
  const payloadEnd = plan.payload.offset + payload.length;
  if (firstStage !== null) return await joinType1({ draft, firstStage, runtime, payloadEnd });
  if (plan.type === 'shimg') {
    const integration = await integrationOf(input, { updateInformation, signal: options.signal });
    const { compression } = plan.payload;
    return await joinShImg({ draft, architectures, compression, payloadEnd, integration });
  }
  await draft.write(0, runtime.bytes);
  return payloadEnd;
}

/** Writes what belongs to this image into its runtime, the digest of the payload last. */
async function embed(
  { plan, runtime, firstStage }: PreparedConversion,
  { draft, payload, options }: Pick<Work, 'draft' | 'options'> & { readonly payload: WrittenPayload },
): Promise<void> {
  const { signal, updateInformation } = options;
  const { elf } = firstStage ?? runtime;
  if (elf === null) return;
  const patch = (name: string, bytes: Uint8Array) => patchSection({ sink: draft, elf, name, bytes });
  if (plan.updateInformation !== null) {
    const bytes = new TextEncoder().encode(plan.updateInformation);
    if (plan.type !== 'type-1') await patch('.upd_info', bytes);
    // A payload that stays has it already.
    else if (!plan.runtimeOnly || updateInformation !== undefined) {
      await draft.write(TYPE_1_UPDATE_INFORMATION_OFFSET, padded(bytes));
    }
  }
  if (plan.mount !== null) await patch('.mount_mode', new TextEncoder().encode(plan.mount));
  if (findSection(elf, '.payload_sha256') === undefined) return;
  await using source = await draft.readBack();
  await patch('.payload_sha256', await payloadDigest(source, { ...payload.digested, signal }));
}

function padded(bytes: Uint8Array): Uint8Array {
  const field = new Uint8Array(TYPE_1_UPDATE_INFORMATION_SIZE);
  field.set(bytes);
  return field;
}

/** Where the input is to be replaced and is a symlink, the file that it leads to is replaced. */
async function targetOf({ input, output }: ConversionPlan): Promise<string> {
  if (output !== input) return output;
  return await realpath(output);
}
