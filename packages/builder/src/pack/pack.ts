import type { BuildOptions } from '../build-options.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import type { Draft } from '../output/draft.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { contentRanks } from '../sort/content-order.ts';
import { payloadTree } from './payload-tree.ts';
import { type WrittenPayload, writePayload } from './write-payload.ts';

/** What {@link pack} works on. */
export interface PackOptions {
  readonly input: BuildInput;
  readonly plan: BuildPlan;
  readonly draft: Draft;
  readonly options: Pick<BuildOptions, 'signal' | 'onProgress'>;
}

/**
 * Writes the payload into the draft, where it leaves room for the runtime.
 *
 * @throws AppImageError `io` when a file changed since it was inspected, or the disk is full
 */
export async function pack({ input, plan, draft, options }: PackOptions): Promise<WrittenPayload> {
  const { onProgress, signal } = options;
  const root = payloadTree(input, plan);
  return await writePayload({
    root,
    contentRank: await contentRanks(root, plan.payload.sort, { signal }),
    format: plan.payload,
    sink: draft,
    offset: plan.payload.offset,
    mkfsTime: plan.payload.times.time,
    updateInformation: plan.updateInformation,
    volumeName: plan.name,
    signal,
    onProgress,
  });
}
