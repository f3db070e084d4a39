import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '@appimage-js/workspace-tool';
import { execa } from 'execa';
import type { Tarball } from './tarball.ts';

/** Installs a tarball alone, with the tarballs of its own dependencies, and uses it from outside as a user does. */
export async function checkInstalled(tarball: Tarball, all: readonly Tarball[], parent: string): Promise<Finding[]> {
  const { workspacePackage, manifest } = tarball;
  const folder = join(parent, `with ${workspacePackage.shortName}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');

  const files = [...closure(tarball, all)].map(({ file }) => file);
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--engine-strict'];
  const attempts: [action: string, program: string, args: string[]][] = [
    ['be installed', 'npm', ['install', ...flags, ...files]],
    ...specifiers(tarball).map((specifier): [string, string, string[]] => [
      `be imported as ${specifier}`,
      process.execPath,
      ['--input-type=module', '--eval', `await import(${JSON.stringify(specifier)})`],
    ]),
    ...Object.keys(manifest.bin ?? {}).map((name): [string, string, string[]] => [
      `be started as ${name}`,
      join(folder, 'node_modules/.bin', name),
      ['--version'],
    ]),
  ];
  for (const [action, program, args] of attempts) {
    const { failed, stderr } = await execa(program, args, { cwd: folder, reject: false, stdin: 'ignore' });
    if (failed) return [{ where: workspacePackage.path, message: `the packed package cannot ${action}: ${stderr}` }];
  }
  return [];
}

/** A tarball and those of the workspace that it depends on, directly or not. */
function closure(start: Tarball, all: readonly Tarball[]): Set<Tarball> {
  const found = new Set([start]);
  for (const { manifest } of found) {
    for (const other of all) {
      if (other.manifest.name in (manifest.dependencies ?? {})) found.add(other);
    }
  }
  return found;
}

/** What a user may import from a package. */
export function specifiers({ manifest }: Pick<Tarball, 'manifest'>): string[] {
  const paths = typeof manifest.exports === 'object' ? Object.keys(manifest.exports) : ['.'];
  return paths.filter((path) => path !== './package.json').map((path) => manifest.name + path.slice(1));
}
