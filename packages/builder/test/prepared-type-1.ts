import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from '../src/index.ts';
import { fakeRuntime } from './fake-runtime.ts';
import type { TreeEntry } from './make-tree.ts';
import { type PreparedBuild, preparedBuild } from './prepared-build.ts';

/** A program for the start of a type 1 image that can not be run. */
export function fakeFirstStage(): Uint8Array {
  return fakeRuntime({ magic: false, sections: ['.runtime_place', '.payload_sha256', '.mount_mode'] });
}

/** Prepares what a test needs to build an image of type 1 without the programs of this toolkit. */
export function preparedType1(
  changes: Readonly<Record<string, TreeEntry | undefined>> = {},
): PreparedBuild & { readonly options: BuildOptions & { readonly firstStageFile: string } } {
  const prepared = preparedBuild(changes);
  const firstStageFile = join(prepared.folder, 'first-stage');
  writeFileSync(firstStageFile, fakeFirstStage());
  return { ...prepared, options: { ...prepared.options, type: 'type-1', firstStageFile } };
}
