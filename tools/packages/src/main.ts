#!/usr/bin/env node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPackages, report, repositoryRoot } from '@appimage-js/workspace-tool';
import { checkFiles } from './files.ts';
import { checkInstalled } from './installed.ts';
import { checkWithPublint, checkWithTypes } from './linters.ts';
import { pack, type Tarball } from './tarball.ts';

const published = findPackages(repositoryRoot, 'packages').filter(({ manifest }) => manifest.private !== true);
const folder = mkdtempSync(join(tmpdir(), 'appimage-js-packages-'));
try {
  const tarballs: Tarball[] = [];
  for (const workspacePackage of published) tarballs.push(await pack(workspacePackage, folder));

  // Installing waits for the registry most of the time.
  const installed = Promise.all(tarballs.map((tarball) => checkInstalled(tarball, tarballs, folder)));
  const findings = [];
  for (const tarball of tarballs) {
    findings.push(...checkFiles(tarball), ...(await checkWithPublint(tarball)), ...(await checkWithTypes(tarball)));
  }
  findings.push(...(await installed).flat());
  const files = tarballs.reduce((sum, { entries }) => sum + entries.length, 0);
  report('check-packages', `${tarballs.length} packages, ${files} files`, findings);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
