import type { WrittenSquashfs } from '@appimage-js/format';
import type { Runtime } from './inspect/runtime.ts';
import type { Draft } from './output/draft.ts';

/** What {@link join} puts together. */
export interface JoinOptions {
  readonly runtime: Runtime;
  readonly payload: WrittenSquashfs;
  readonly draft: Draft;
}

/** An image that is complete but not yet under its name. */
export interface JoinedImage {
  readonly runtime: Runtime;
  readonly payload: WrittenSquashfs;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Writes the runtime before the payload: where the ELF file ends, the payload begins. */
export async function join({ runtime, payload, draft }: JoinOptions): Promise<JoinedImage> {
  await draft.write(0, runtime.bytes);
  return { runtime, payload, size: runtime.bytes.length + payload.length };
}
