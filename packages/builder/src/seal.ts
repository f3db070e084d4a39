import { findSection, patchSection, serializeUpdateInformation } from '@appimage-js/format';
import type { BuiltAppImage } from './build-options.ts';
import type { JoinedImage } from './join.ts';
import type { Draft } from './output/draft.ts';
import { payloadDigest } from './payload-digest.ts';
import type { BuildPlan } from './plan/build-plan.ts';

/** What {@link seal} works on. */
export interface SealOptions {
  readonly plan: BuildPlan;
  readonly image: JoinedImage;
  readonly draft: Draft;
  readonly signal?: AbortSignal | undefined;
}

/** Embeds what belongs to this image into its runtime, then gives the image its name. */
export async function seal(options: SealOptions): Promise<BuiltAppImage> {
  const { plan, image, draft } = options;
  await embed(options);
  await draft.publish();
  const { length, inodeCount, contentBytes, duplicateBytes } = image.payload;
  const { offset, compression } = plan.payload;
  return {
    path: plan.output,
    size: image.size,
    payload: { offset, length, compression, inodes: inodeCount, contentBytes, duplicateBytes },
    plan,
  };
}

async function embed({ plan, image, draft, signal }: SealOptions): Promise<void> {
  const { elf } = image.runtime;
  if (elf === null) return; // a shImg has all of it in its zip
  const patch = (name: string, bytes: Uint8Array) => patchSection({ sink: draft, elf, name, bytes });
  if (plan.updateInformation !== null) await patch('.upd_info', serializeUpdateInformation(plan.updateInformation));
  if (plan.mount !== null) await patch('.mount_mode', new TextEncoder().encode(plan.mount));
  // Other runtimes have no place for it.
  if (findSection(elf, '.payload_sha256') === undefined) return;
  await using written = await draft.readBack();
  const { offset } = plan.payload;
  await patch('.payload_sha256', await payloadDigest(written, { offset, length: image.payload.bytesUsed, signal }));
}
