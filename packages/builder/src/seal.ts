import { patchSection, serializeUpdateInformation } from '@appimage-js/format';
import type { BuiltAppImage } from './build-options.ts';
import type { JoinedImage } from './join.ts';
import type { Draft } from './output/draft.ts';
import type { BuildPlan } from './plan/build-plan.ts';

/** What {@link seal} works on. */
export interface SealOptions {
  readonly plan: BuildPlan;
  readonly image: JoinedImage;
  readonly draft: Draft;
}

/** Embeds the update information, then gives the image its name. */
export async function seal({ plan, image, draft }: SealOptions): Promise<BuiltAppImage> {
  const { elf } = image.runtime;
  // A shImg has it in its zip.
  if (plan.updateInformation !== null && elf !== null) {
    const bytes = serializeUpdateInformation(plan.updateInformation);
    await patchSection({ sink: draft, elf, name: '.upd_info', bytes });
  }
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
