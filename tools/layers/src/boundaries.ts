import { isBuiltin } from 'node:module';
import { relative, resolve, sep } from 'node:path';
import type { Finding, Manifest, WorkspacePackage } from '@appimage-js/workspace-tool';
import { type Import, packageOf } from './find-imports.ts';

/** Configurations at the root that the packages' own configurations extend. */
const SHARED = new Set(['tsup.shared.ts', 'vitest.shared.ts']);

/** A relative import stays within its package. */
export function checkBoundaries({ folder }: WorkspacePackage, imports: readonly Import[], root: string): Finding[] {
  return imports.flatMap(({ file, line, specifier, shipped }) => {
    if (packageOf(specifier) !== undefined) return [];
    const target = resolve(root, file, '..', specifier);
    if (target.startsWith(folder + sep)) return [];
    const path = relative(root, target);
    if (!shipped && SHARED.has(path)) return [];
    return [{ where: `${file}:${line}`, message: `a relative import must stay in its package, found ${path}` }];
  });
}

/** What is imported is declared: for what is shipped in `dependencies`, for the rest also in `devDependencies`. */
export function checkDeclared(importer: WorkspacePackage, imports: readonly Import[], root: Manifest): Finding[] {
  const { manifest } = importer;
  const forShipped = namesOf(manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies);
  const forRest = new Set([...forShipped, ...namesOf(manifest.devDependencies, root.devDependencies)]);
  return imports.flatMap(({ file, line, specifier, shipped }) => {
    const name = packageOf(specifier);
    if (name === undefined || isBuiltin(specifier) || name === manifest.name) return [];
    if ((shipped ? forShipped : forRest).has(name)) return [];
    const field = shipped ? 'dependencies' : 'devDependencies';
    return [
      {
        where: `${file}:${line}`,
        message: `${name} is imported, but not in ${field} of ${importer.path}/package.json`,
      },
    ];
  });
}

function namesOf(...fields: (Readonly<Record<string, string>> | undefined)[]): Set<string> {
  return new Set(fields.flatMap((field) => Object.keys(field ?? {})));
}
