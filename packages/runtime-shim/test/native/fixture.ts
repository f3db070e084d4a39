import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { onTestFinished } from 'vitest';
import { eventually, isRoot, ordinaryUser } from './host.ts';
import { run, succeed } from './run.ts';

/** Where the built runtime for an architecture is. */
export function runtimeFor(architecture: string): string {
  return fileURLToPath(new URL(`../../dist/runtime-${architecture}`, import.meta.url));
}

/** Which runtime all these tests are about: another one than usual, where the machine can run it, by RUNTIME_ARCHITECTURE. */
const underTest = process.env['RUNTIME_ARCHITECTURE'] ?? 'x86_64';

export const runtime = runtimeFor(underTest);

if (!existsSync(runtime)) {
  throw new Error(`There is no ${runtime}: build it with: pnpm build`);
}

/** A folder of the test's own, gone afterwards. Its path is short, whatever TMPDIR is. */
export function shortFolder(): string {
  return temporaryFolder('/tmp');
}

/** What a start of an AppImage may leave traces in: mount points and the extraction cache. */
export interface Place {
  readonly tmp: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Folders of the test's own for one user, where nothing may be mounted any more when the test ends. */
export function place(user?: number): Place {
  const folder = shortFolder();
  const [tmp, home] = [join(folder, 'tmp'), join(folder, 'home')];
  for (const path of [tmp, home]) {
    mkdirSync(path);
    if (isRoot && user !== undefined) chownSync(path, user, user);
  }
  onTestFinished(async () => {
    await Promise.all(mountsBelow(tmp).map((point) => run('umount', ['-l', point])));
    // What the extraction cache holds is not writable, not even for its owner.
    await run('chmod', ['-R', 'u+w', folder]);
  });
  return { tmp, home, env: { TMPDIR: tmp, HOME: home, XDG_CACHE_HOME: join(home, '.cache') } };
}

export function placeOfUser(): Place {
  return place(ordinaryUser);
}

/** Mount points below a folder, as the kernel lists them. */
export function mountsBelow(folder: string): string[] {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
    );
  return points.filter((point) => point.startsWith(`${folder}/`));
}

/** Waits until a start has cleaned up behind itself: no mount, no mount point. */
export async function cleanedUp({ tmp }: Place): Promise<void> {
  await eventually(`mounts and mount points in ${tmp} are gone`, () => {
    return mountsBelow(tmp).length === 0 && readdirSync(tmp).length === 0;
  });
}

/** The content of an image: file contents by path; a script when it begins with "#!". */
export type Tree = Readonly<Record<string, string | Buffer>>;

export function writeTree(folder: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: content.toString().startsWith('#!') ? 0o755 : 0o644 });
  }
}

export interface ImageOptions {
  readonly name?: string;
  readonly mksquashfs?: readonly string[];
  readonly folder?: string;
  /** Of another machine than this one. */
  readonly architecture?: string;
}

/** Puts a runtime before an image of that folder. Returns the path of the AppImage. */
export async function appImageOf(tree: string, options: ImageOptions = {}) {
  const { name = 'test.AppImage', mksquashfs = [], folder, architecture = underTest } = options;
  const into = folder ?? shortFolder();
  const payload = join(into, 'payload.squashfs');
  const quiet = ['-noappend', '-quiet', '-no-progress'];
  await succeed('mksquashfs', [tree, payload, ...quiet, ...mksquashfs]);
  return concatenate(into, name, readFileSync(payload), runtimeFor(architecture));
}

function concatenate(folder: string, name: string, payload: Uint8Array, program = runtime): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([readFileSync(program), payload]), { mode: 0o755 });
  return path;
}

/** An AppImage whose AppRun is the given shell script. */
export async function appImage(script: string, more: Tree = {}, options: ImageOptions = {}): Promise<string> {
  const tree = shortFolder();
  writeTree(tree, { AppRun: `#!/bin/sh\n${script}\n`, ...more });
  return appImageOf(tree, { ...options, mksquashfs: ['-all-root', ...(options.mksquashfs ?? [])] });
}

/** A runtime before any bytes. */
export function appImageWith(payload: Uint8Array, name = 'test.AppImage'): string {
  return concatenate(shortFolder(), name, payload);
}
