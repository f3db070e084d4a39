import { getString, isAppImageError, parseExec } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { NO_HARD_CODED_PATHS } from '../../sources.ts';

const EXEC_ABSOLUTE: Rule = {
  id: 'exec-absolute',
  severity: 'warning',
  summary: 'Exec of the desktop entry names a program without a folder',
  source: NO_HARD_CODED_PATHS,
  remedy: 'Write the name of the program in usr/bin alone',
  profiles: ['recommended', 'appimagehub'],
};

/** What the desktop entry starts. */
export const execCheck: Check = {
  rules: [EXEC_ABSOLUTE],
  async inspect(subject, report) {
    const file = await subject.desktopFile();
    const exec = file?.entry === undefined ? undefined : getString(file.entry, 'Exec');
    if (file === undefined || exec === undefined) return;
    const [program] = tryParse(exec);
    if (program?.startsWith('/') !== true) return;
    const message = `expected a program without a folder in Exec, found ${JSON.stringify(program)}`;
    report(EXEC_ABSOLUTE, { path: file.path, message });
  },
};

/** That it can not be parsed is told by the rules on desktop entries. */
function tryParse(exec: string): string[] {
  try {
    return parseExec(exec);
  } catch (error) {
    if (isAppImageError(error)) return [];
    throw error;
  }
}
