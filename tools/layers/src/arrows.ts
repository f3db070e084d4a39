import type { Finding, WorkspacePackage } from '@appimage-js/workspace-tool';
import type { Arrows } from './diagram.ts';
import { type Import, packageOf } from './find-imports.ts';

/** What a package ships may import its neighbours only along an arrow. */
export function checkArrows(
  importer: WorkspacePackage,
  imports: readonly Import[],
  packages: readonly WorkspacePackage[],
  arrows: Arrows,
): Finding[] {
  if (!packages.includes(importer)) return [];
  return imports.flatMap(({ file, line, specifier, shipped }) => {
    const imported = packages.find(({ manifest }) => manifest.name === packageOf(specifier));
    if (!shipped || imported === undefined || arrows.get(importer.shortName)?.has(imported.shortName)) return [];
    const message = `${importer.shortName} must not import ${imported.shortName}: the diagram has no such arrow`;
    return [{ where: `${file}:${line}`, message }];
  });
}

/** A package depends on its neighbours only along an arrow; the diagram may allow more than is used yet. */
export function checkDependencies(packages: readonly WorkspacePackage[], arrows: Arrows, page: string): Finding[] {
  const shortNames = new Map(packages.map(({ manifest, shortName }) => [manifest.name, shortName]));
  const known = new Set(shortNames.values());
  const strangers = [...new Set([...arrows].flatMap(([from, targets]) => [from, ...targets]))]
    .filter((name) => !known.has(name))
    .map((name) => ({ where: page, message: `the diagram names ${name}, which is no package` }));

  const undrawn = packages.flatMap(({ path, shortName, manifest }) => {
    const declared = Object.keys(manifest.dependencies ?? {}).flatMap((name) => shortNames.get(name) ?? []);
    return declared
      .filter((name) => !arrows.get(shortName)?.has(name))
      .map((to) => ({ where: `${path}/package.json`, message: `the dependency on ${to} has no arrow in the diagram` }));
  });
  return [...strangers, ...undrawn];
}

/** The arrows lead down only: nobody reaches itself. */
export function checkCycles(arrows: Arrows, page: string): Finding[] {
  return [...arrows.keys()]
    .filter((name) => reachable(name, arrows).has(name))
    .map((name) => ({ where: page, message: `the diagram's arrows lead from ${name} back to itself` }));
}

function reachable(start: string, arrows: Arrows): Set<string> {
  const reached = new Set<string>();
  const queue = [start];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const next of arrows.get(name) ?? []) {
      if (!reached.has(next)) queue.push(next);
      reached.add(next);
    }
  }
  return reached;
}
