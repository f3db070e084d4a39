import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { elfRuntime, type ShellRuntimeOptions, shellRuntime } from '../../src/index.ts';
import { mountsBelow, type Place, place, shortFolder, type Tree, writeTree } from '../native/fixture.ts';
import { isRoot } from '../native/host.ts';
import { type Finished, type RunOptions, run, succeed } from '../native/run.ts';
import type { Shell } from './shells.ts';

/** What {@link shImg} makes. */
export interface ShImgOptions extends Partial<Omit<ShellRuntimeOptions, 'payload'>> {
  readonly name?: string;
  readonly compression?: string;
  /** Behind the payload, in place of an integration zip. */
  readonly tail?: string;
  readonly more?: Tree;
  /** In place of a SquashFS image. */
  readonly dwarfs?: string;
}

/** A shImg whose AppRun is the given shell script; answers its path, in a folder that every user may look into. */
export async function shImg(script: string, options: ShImgOptions = {}): Promise<string> {
  const { name = 'test.AppImage', compression = 'zstd', tail = '', more = {}, dwarfs } = options;
  const folder = shortFolder();
  const payload = dwarfs === undefined ? await squashfs(script, compression, more) : Buffer.from(dwarfs);
  const runtime = await shellRuntime({
    architectures: ['x86_64'],
    helpers: new Map([['x86_64', await helperOfItsOwn()]]),
    ...options,
    payload: { kind: dwarfs === undefined ? 'squashfs' : 'dwarfs', compression },
    integrationZipLength: Buffer.byteLength(tail),
  });
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, Buffer.concat([runtime.bytes, payload, Buffer.from(tail)]), { mode: 0o755 });
  return path;
}

/** A helper that no other image has left anywhere. */
export async function helperOfItsOwn(): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat([await elfRuntime('x86_64'), randomBytes(16)]));
}

async function squashfs(script: string, compression: string, more: Tree): Promise<Buffer> {
  const folder = shortFolder();
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  writeTree(tree, { AppRun: `#!/bin/sh\n${script}\n`, ...more });
  for (const name of Object.keys(more)) if (name.startsWith('AppRun')) chmodSync(join(tree, name), 0o755);
  const image = join(folder, 'image');
  const quiet = ['-noappend', '-quiet', '-no-progress', '-all-root', '-comp', compression];
  await succeed('mksquashfs', [tree, image, ...quiet, ...(compression === 'lz4' ? ['-Xhc'] : [])]);
  return readFileSync(image);
}

/** Folders for one user, with a place for helpers: `run`, as XDG_RUNTIME_DIR. */
export interface ShellPlace extends Place {
  readonly run: string;
  readonly options: RunOptions;
}

export function shellPlace(user?: number): ShellPlace {
  const where = place(user);
  const folder = join(where.home, 'run');
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
  if (isRoot && user !== undefined) chownSync(folder, user, user);
  onTestFinished(async () => {
    await Promise.all(mountsBelow(folder).map((point) => run('umount', ['-l', point])));
  });
  const env = { ...where.env, XDG_RUNTIME_DIR: folder };
  return { ...where, run: folder, options: { env, ...(user === undefined ? {} : { uid: user }) } };
}

/** Starts a file with a shell, whatever its first line says. */
export function runWith(shell: Shell, file: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const argv0 = shell.argv0 === undefined ? {} : { argv0: shell.argv0 };
  return run(shell.program, [...shell.args, file, ...args], { ...options, ...argv0 });
}

/** A folder of programs to be found on PATH before all others. It is no use against programs in /usr/bin. */
export function programs(scripts: Readonly<Record<string, string>>): string {
  const folder = shortFolder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}

/** The helper that a start has left in a folder. */
export function helpersIn(folder: string, list: (folder: string) => string[]): string[] {
  const cache = join(folder, 'appimage');
  return existsSync(cache) ? list(cache).filter((name) => name.startsWith('helper-')) : [];
}
