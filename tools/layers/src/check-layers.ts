import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, findPackages } from '@appimage-js/workspace-tool';
import { checkArrows, checkCycles, checkDependencies } from './arrows.ts';
import { checkBoundaries, checkDeclared } from './boundaries.ts';
import { readDiagram } from './diagram.ts';
import { findImports } from './find-imports.ts';
import { checkLength } from './length.ts';
import { checkPortable } from './portable.ts';

/** The page whose diagram is the rule. */
const ARCHITECTURE = 'docs/ARCHITECTURE.md';

/** The package whose root export runs in a browser. */
const PORTABLE = 'format';

/** Holds every package below `root` to the diagram and to its own manifest; `imports` counts what was looked at. */
export function checkLayers(root: string): { findings: Finding[]; imports: number } {
  const packages = findPackages(root, 'packages');
  const others = [...findPackages(root, 'tools'), ...findPackages(root, 'examples')];
  const arrows = readDiagram(readFileSync(join(root, ARCHITECTURE), 'utf8'));
  const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  const findings: Finding[] = [
    ...checkCycles(arrows, ARCHITECTURE),
    ...checkDependencies(packages, arrows, ARCHITECTURE),
    ...packages.filter(({ shortName }) => shortName === PORTABLE).flatMap((found) => checkPortable(root, found)),
  ];
  let count = 0;
  for (const workspacePackage of [...packages, ...others]) {
    const imports = findImports(root, workspacePackage);
    count += imports.length;
    findings.push(
      ...checkArrows(workspacePackage, imports, packages, arrows),
      ...checkBoundaries(workspacePackage, imports, root),
      ...checkDeclared(workspacePackage, imports, rootManifest),
      ...checkLength(root, workspacePackage),
    );
  }
  return { findings, imports: count };
}
