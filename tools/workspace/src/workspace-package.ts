import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: string | Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace: of `packages/`, `tools/` or `examples/`. */
export interface WorkspacePackage {
  /** Folder from the root of the repository, such as `packages/format`. */
  readonly path: string;
  /** The same folder, absolute. */
  readonly folder: string;
  /** Last part of the folder, which is also the package's name in the diagram. */
  readonly shortName: string;
  readonly manifest: Manifest;
}

/** The checkout that these tools are part of. */
export const repositoryRoot: string = resolve(import.meta.dirname, '../../..');

/** The packages in one of the workspace's folders, by name; none when the folder is not there. */
export function findPackages(root: string, group: 'packages' | 'tools' | 'examples'): WorkspacePackage[] {
  const parent = join(root, group);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort()
    .map((shortName) => ({ shortName, path: `${group}/${shortName}`, folder: join(parent, shortName) }))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map((found) => ({ ...found, manifest: JSON.parse(readFileSync(join(found.folder, 'package.json'), 'utf8')) }));
}
