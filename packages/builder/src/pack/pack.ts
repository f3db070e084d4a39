import { hash } from 'node:crypto';
import { type WrittenSquashfs, windowSink, writeSquashfs } from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';
import type { BuildOptions } from '../build-options.ts';
import type { BuildInput } from '../inspect/inspect.ts';
import type { Draft } from '../output/draft.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { payloadTree } from './payload-tree.ts';

/** What {@link pack} works on. */
export interface PackOptions {
  readonly input: BuildInput;
  readonly plan: BuildPlan;
  readonly draft: Draft;
  readonly options: Pick<BuildOptions, 'signal' | 'onProgress'>;
}

/**
 * Writes the payload into the draft, behind the room for the runtime.
 *
 * @throws AppImageError `io` when a file changed since it was inspected, or the disk is full
 */
export async function pack({ input, plan, draft, options }: PackOptions): Promise<WrittenSquashfs> {
  const { compression, level, blockSize, offset, times } = plan.payload;
  const { onProgress, signal } = options;
  return writeSquashfs({
    root: payloadTree(input, plan),
    sink: windowSink(draft, offset),
    compressor: nodeCompressor(compression, level),
    blockSize,
    mkfsTime: times.time,
    sha256: (bytes) => hash('sha256', bytes, 'buffer'),
    signal,
    ...(onProgress && { onProgress }),
  });
}
