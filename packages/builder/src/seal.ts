import {
  appImageDigestMd5,
  DIGEST_SECTION,
  findSection,
  patchSection,
  serializeUpdateInformation,
} from '@appimage-js/format';
import { nodeHashes } from '@appimage-js/format/node';
import type { BuildOptions, BuiltAppImage } from './build-options.ts';
import type { JoinedImage } from './join/join.ts';
import type { Draft } from './output/draft.ts';
import { payloadDigest } from './payload-digest.ts';
import type { BuildPlan } from './plan/build-plan.ts';
import { embedSignature } from './sign/embed-signature.ts';

/** What {@link seal} works on. */
export interface SealOptions {
  readonly plan: BuildPlan;
  readonly image: JoinedImage;
  readonly draft: Draft;
  readonly options: Pick<BuildOptions, 'digestMd5' | 'signer' | 'signal'>;
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

async function embed({ plan, image, draft, options: { digestMd5, signer, signal } }: SealOptions): Promise<void> {
  const { elf } = image.runtime;
  if (elf === null) return; // a shImg has all of it in its zip
  const patch = (name: string, bytes: Uint8Array) => patchSection({ sink: draft, elf, name, bytes });
  if (plan.updateInformation !== null && plan.type === 'type-2') {
    await patch('.upd_info', serializeUpdateInformation(plan.updateInformation));
  }
  if (plan.mount !== null) await patch('.mount_mode', new TextEncoder().encode(plan.mount));
  await using source = await draft.readBack();
  if (findSection(elf, '.payload_sha256') !== undefined) {
    await patch('.payload_sha256', await payloadDigest(source, { ...image.payload.digested, signal }));
  }
  if (digestMd5) await patch(DIGEST_SECTION, await appImageDigestMd5(source, elf, { hashes: nodeHashes, signal }));
  // Of all that was written before.
  if (signer !== undefined) await embedSignature({ source, sink: draft, elf, signer, signal });
}
