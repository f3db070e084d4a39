export { findFiles } from './find-files.ts';
export { type Finding, report } from './finding.ts';
export { findPackages, type Manifest, repositoryRoot, type WorkspacePackage } from './workspace-package.ts';
