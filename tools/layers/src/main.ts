#!/usr/bin/env node
import { findPackages, report, repositoryRoot } from '@appimage-js/workspace-tool';
import { checkLayers } from './check-layers.ts';

const { findings, imports } = checkLayers(repositoryRoot);
const packages = (['packages', 'tools', 'examples'] as const).flatMap((group) => findPackages(repositoryRoot, group));
report('check-layers', `${packages.length} packages, ${imports} imports`, findings);
