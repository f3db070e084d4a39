import { findSection, patchSection, serializeUpdateInformation } from '@appimage-js/format';
import type { BuildOptions, BuiltAppImage } from './build-options.ts';
import type { JoinedImage } from './join.ts';
import type { Draft } from './output/draft.ts';
import { payloadDigest } from './payload-digest.ts';
import type { BuildPlan } from './plan/build-plan.ts';
import { embedSignature } from './sign/embed-signature.ts';

/** What {@link seal} works on. */
export interface SealOptions {
  readonly plan: BuildPlan;
  readonly image: JoinedImage;
  readonly draft: Draft;
  readonly options: Pick<BuildOptions, 'signer' | 'signal'>;
}

/** Embeds what belongs to this image into its runtime, then gives the image its name. */
export async function seal(work: SealOptions): Promise<BuiltAppImage> {
  const { plan, image, draft } = work;
  await embed(work);
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

async function embed({ plan, image, draft, options: { signer, signal } }: SealOptions): Promise<void> {
  const { elf } = image.runtime;
  if (elf === null) return; // a shImg has all of it in its zip
  const patch = (name: string, bytes: Uint8Array) => patchSection({ sink: draft, elf, name, bytes });
  if (plan.updateInformation !== null) await patch('.upd_info', serializeUpdateInformation(plan.updateInformation));
  if (plan.mount !== null) await patch('.mount_mode', new TextEncoder().encode(plan.mount));
  await using source = await draft.readBack();
  if (findSection(elf, '.payload_sha256') !== undefined) {
    const { offset } = plan.payload;
    await patch('.payload_sha256', await payloadDigest(source, { offset, length: image.payload.bytesUsed, signal }));
  }
  // Of all that was written before.
  if (signer !== undefined) await embedSignature({ source, sink: draft, elf, signer, signal });
}
