import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { execa, type Options } from 'execa';
import type { BuildOptions } from '../src/index.ts';
import { fakeRuntime, writeFakeRuntime } from './fake-runtime.ts';
import { makeAppDir, type TreeEntry } from './make-tree.ts';

/** Where the payload begins in the images of {@link preparedBuild}. */
export const PAYLOAD_OFFSET: number = fakeRuntime().length;

/** What a test needs to build an image. */
export interface PreparedBuild {
  /** Holds the AppDir, the runtime and the folder `out`, which is empty. */
  readonly folder: string;
  readonly appDir: string;
  readonly out: string;
  readonly output: string;
  readonly options: BuildOptions & { readonly output: string };
}

/** Makes an AppDir (see `makeAppDir`), a runtime that can not be run, and a place for the image. */
export function preparedBuild(
  changes: Readonly<Record<string, TreeEntry | undefined>> = {},
  folder = temporaryFolder(),
): PreparedBuild {
  const appDir = makeAppDir(join(folder, 'app'), changes);
  const out = join(folder, 'out');
  mkdirSync(out);
  const output = join(out, 'hello.AppImage');
  const runtimeFile = writeFakeRuntime(join(folder, 'runtime'));
  return { folder, appDir, out, output, options: { appDir, output, runtimeFile, arch: 'x86_64' } };
}

/** Builds in a process of its own; prints what `build-in-child.ts` says, and does not reject where the build fails. */
export function buildInChild(
  options: BuildOptions & { readonly umask?: number },
  childOptions: Pick<Options, 'env' | 'uid' | 'gid'> = {},
) {
  const script = fileURLToPath(new URL('./build-in-child.ts', import.meta.url));
  const args = ['--conditions=@appimage-js/source', script, JSON.stringify(options)];
  return execa(process.execPath, args, { ...childOptions, reject: false });
}
