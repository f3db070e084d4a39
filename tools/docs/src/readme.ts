import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, WorkspacePackage } from '@appimage-js/workspace-tool';
import { headings } from './markdown.ts';

const SECTIONS = ['Install', 'Example', 'Options', 'Limits'];

/** What a user looks for in the README of a package is there, under its usual heading. */
export function checkReadme({ path, folder, manifest }: WorkspacePackage): Finding[] {
  const where = `${path}/README.md`;
  const file = join(folder, 'README.md');
  if (!existsSync(file)) return [{ where, message: 'a package needs a README, found none' }];
  const wanted = manifest.description?.includes('not yet implemented') ? ['Limits'] : SECTIONS;
  const found = headings(readFileSync(file, 'utf8')).map((heading) => heading.toLowerCase());
  return wanted
    .filter((section) => !found.some((heading) => heading.startsWith(section.toLowerCase())))
    .map((section) => ({ where, message: `a README needs a section "${section}", found none` }));
}
