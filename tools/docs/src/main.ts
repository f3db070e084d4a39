#!/usr/bin/env node
import { relative } from 'node:path';
import { findFiles, findPackages, report, repositoryRoot as root } from '@appimage-js/workspace-tool';
import { readEntryPoints } from './entry-points.ts';
import { checkLinks } from './links.ts';
import { codeBlocks } from './markdown.ts';
import { type Snippet, withPlayground } from './playground.ts';
import { checkReadme } from './readme.ts';

const pages = findFiles(root, /\.md$/).filter((path) => !path.includes('/.changeset/'));
const packages = findPackages(root, 'packages');
const entryPoints = packages.flatMap((found) => readEntryPoints(root, found));

const blocks: Snippet[] = pages
  .filter((path) => path.endsWith('README.md'))
  .flatMap((path) =>
    codeBlocks(path, 'ts').map(({ line, code }) => ({ where: `${relative(root, path)}:${line}`, code })),
  );
const examples = entryPoints.flatMap((entryPoint) => entryPoint.examples);

const findings = [
  ...pages.flatMap((path) => checkLinks(root, path)),
  ...packages.flatMap((found) => checkReadme(found)),
  ...entryPoints.flatMap((entryPoint) => entryPoint.findings),
  ...(await withPlayground(root, packages, async (playground) => {
    const mistyped = playground.typeCheck([...blocks, ...examples]);
    return mistyped.length > 0 ? mistyped : await playground.run(examples);
  })),
];
const checked = `${pages.length} pages, ${entryPoints.length} entry points, ${blocks.length} code blocks`;
report('check-docs', `${checked}, ${examples.length} examples`, findings);
