import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type Finding, findFiles, type WorkspacePackage } from '@appimage-js/workspace-tool';

/** Above this, a file asks to be split. */
const LONG = 300;

/** Above this, it has to be. */
const TOO_LONG = 500;

/** Source files, tests and the C parts alike, are short enough to be read in one go. */
export function checkLength(root: string, { folder }: WorkspacePackage): Finding[] {
  return findFiles(folder, /\.(ts|js|c|h)$/).flatMap((path): Finding[] => {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
    if (lines <= LONG) return [];
    const severity = lines > TOO_LONG ? 'error' : 'warning';
    const most = lines > TOO_LONG ? TOO_LONG : LONG;
    return [{ where: relative(root, path), message: `a file has at most ${most} lines, found ${lines}`, severity }];
  });
}
