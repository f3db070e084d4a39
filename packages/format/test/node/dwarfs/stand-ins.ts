import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { afterEach, beforeEach, onTestFinished, vi } from 'vitest';
import type { DwarfsFileSystem } from '../../../src/node/dwarfs/dwarfs-file-system.ts';
import { type OpenDwarfsOptions, openDwarfs } from '../../../src/node/dwarfs/open-dwarfs.ts';

/*
 * Stands in for the programs of DwarFS, which Debian does not have: takes the options that dwarfsextract(1) documents,
 * insists on an image at the offset, and packs a folder by libarchive, as the real one does, into what is on standard output.
 */
export const EXTRACT = `#!/bin/sh
set -eu
offset=auto
while [ $# -gt 0 ]; do
  case "$1" in
    -i) image=$2; shift 2;;
    -O) offset=$2; shift 2;;
    -f) format=$2; shift 2;;
    --log-level=*) shift;;
    *) echo "error: unrecognised option '$1'" >&2; exit 1;;
  esac
done
echo "$image $offset" >> "$DWARFS_LOG"
[ "$(tail -c "+$((offset + 1))" "$image" | head -c 6)" = DWARFS ] || { echo 'magic not found' >&2; exit 1; }
case "$(tail -c 3 "$image")" in end) echo 'unexpected data behind the image' >&2; exit 1;; esac
cd "$DWARFS_TREE"
find . -mindepth 1 -maxdepth 1 -printf '%P\\0' | bsdtar -cf - --format "$format" --null -T -
`;

/** Stands in for the FUSE driver: mounts a SquashFS image in place of the DwarFS one. */
export const MOUNT = `#!/bin/sh
set -eu
[ "$3" = -o ] || exit 1
echo "$1 $4" >> "$DWARFS_LOG"
exec squashfuse "$DWARFS_SQUASHFS" "$2"
`;

/** A folder of the test, with a tree that the stand-ins know as the content of every image. */
export let folder: string;

/** Makes a new folder for each test of the file. */
export function useStandIns(): void {
  beforeEach(() => {
    folder = temporaryFolder();
    for (const name of ['bin', 'tree', 'temporary']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'log'), '');
    writeFileSync(join(folder, 'tree/file'), 'content');
    vi.stubEnv('DWARFS_LOG', join(folder, 'log'));
    vi.stubEnv('DWARFS_TREE', join(folder, 'tree'));
  });
  afterEach(() => vi.unstubAllEnvs());
}

/** Puts a program first on the PATH. */
export function install(name: string, script: string): void {
  const path = join(folder, 'bin', name);
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', [join(folder, 'bin'), process.env['PATH']].join(delimiter));
}

/** Writes a file of some parts. */
export function writeFile(...parts: Uint8Array[]): string {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

/** Opens an image until the test is finished. */
export async function open(
  input: Parameters<typeof openDwarfs>[0],
  options: OpenDwarfsOptions = {},
): Promise<DwarfsFileSystem> {
  const files = await openDwarfs(input, { temporaryFolder: join(folder, 'temporary'), ...options });
  onTestFinished(() => files.close());
  return files;
}

/** What the stand-ins were asked for, one line a time: the image's file, and where in it the image is. */
export function log(): string[] {
  return readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(0, -1);
}

/** What is there for temporary use. */
export function leftovers(): string[] {
  return readdirSync(join(folder, 'temporary'));
}
