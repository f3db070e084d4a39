import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Manifest, WorkspacePackage } from '@appimage-js/workspace-tool';
import { execa } from 'execa';

/** A file in a tarball. */
export interface TarballEntry {
  /** Path below the package, without the leading `package/`. */
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
}

/** A package as it would be published. */
export interface Tarball {
  readonly workspacePackage: WorkspacePackage;
  /** The .tgz on disk. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly entries: readonly TarballEntry[];
  /** The package.json in the tarball, in which pnpm has put versions for `workspace:` and applied `publishConfig`. */
  readonly manifest: Manifest;
}

/** Packs a package with pnpm into `folder`. */
export async function pack(workspacePackage: WorkspacePackage, folder: string): Promise<Tarball> {
  const { stdout } = await execa('pnpm', ['pack', '--json', '--pack-destination', folder], {
    cwd: workspacePackage.folder,
  });
  const file: string = JSON.parse(stdout).filename;
  const bytes = readFileSync(file);
  const entries = readTar(gunzipSync(bytes));
  const manifest = entries.find(({ path }) => path === 'package.json')?.content;
  if (manifest === undefined) throw new Error(`Cannot read ${file}: expected a package.json, found none`);
  return { workspacePackage, file, bytes, entries, manifest: JSON.parse(manifest.toString('utf8')) };
}

/** Size of a tar header, and what contents are padded to. */
const BLOCK = 512;

/** The regular files of a ustar archive with short names, which is what packages are made of. */
export function readTar(bytes: Buffer): TarballEntry[] {
  const entries: TarballEntry[] = [];
  for (let offset = 0; offset + BLOCK <= bytes.length && bytes[offset] !== 0; ) {
    const header = bytes.subarray(offset, offset + BLOCK);
    const name = text(header, 0, 100);
    const mode = Number.parseInt(text(header, 100, 8), 8);
    const size = Number.parseInt(text(header, 124, 12), 8);
    const type = text(header, 156, 1);
    const prefix = text(header, 345, 155);
    const start = offset + BLOCK;
    if (type === '' || type === '0') {
      const path = (prefix === '' ? name : `${prefix}/${name}`).replace(/^package\//, '');
      entries.push({ path, mode, content: bytes.subarray(start, start + size) });
    }
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

function text(header: Buffer, offset: number, length: number): string {
  return header
    .toString('utf8', offset, offset + length)
    .replace(/\0.*/s, '')
    .trim();
}
