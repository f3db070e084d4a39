export { describeWith, testWith } from './judged-test.ts';
export { findTool, isThere, type Oracle } from './oracle.ts';
export { mountTmpfs, run } from './run.ts';
export { sharedFolder, temporaryFolder } from './temporary-folder.ts';
