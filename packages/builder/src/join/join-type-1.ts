import { patchSection } from '@appimage-js/format';
import type { Runtime } from '../inspect/runtime.ts';
import type { Draft } from '../output/draft.ts';
import { type FirstStage, PLACE_SECTION, serializeRuntimePlace } from './first-stage.ts';

/** Extents of the file system begin at a multiple of this, and so does the runtime. */
const SECTOR_SIZE = 2048;

/** What {@link joinType1} puts together. */
export interface Type1Parts {
  readonly draft: Draft;
  readonly firstStage: FirstStage;
  readonly runtime: Runtime;
  /** Where the file system ends. */
  readonly payloadEnd: number;
}

/**
 * Writes the first stage into the system area of an ISO 9660 image, and the runtime behind the volume, where no directory leads to it.
 * Answers the bytes of the whole file.
 */
export async function joinType1({ draft, firstStage, runtime, payloadEnd }: Type1Parts): Promise<number> {
  const offset = Math.ceil(payloadEnd / SECTOR_SIZE) * SECTOR_SIZE;
  const { length } = runtime.bytes;
  const bytes = serializeRuntimePlace({ offset, length });
  await draft.write(0, firstStage.bytes);
  await patchSection({ sink: draft, elf: firstStage.elf, name: PLACE_SECTION, bytes });
  await draft.write(offset, runtime.bytes);
  return offset + length;
}
