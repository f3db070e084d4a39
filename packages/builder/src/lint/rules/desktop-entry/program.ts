import { getString, isAppImageError, parseExec } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { TOOLKIT } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';

const PROGRAM: Rule = {
  id: 'desktop-entry-program-missing',
  severity: 'warning',
  summary: 'Exec names a program that is in the image',
  source: TOOLKIT,
  remedy:
    'Name the program in usr/bin that AppRun starts: tools that make an AppRun, and people who read the entry, go by it',
  profiles: ['recommended'],
};

/** Where AppRun scripts look for what `Exec` names. */
const FOLDERS = ['usr/bin', 'bin', 'usr/sbin', 'usr/games', 'usr/local/bin', ''];

/** Whether what the desktop entry starts is there. */
export const programCheck: Check = {
  rules: [PROGRAM],
  async inspect(subject, report) {
    const desktop = await subject.desktopFile();
    const exec = desktop?.entry === undefined ? undefined : getString(desktop.entry, 'Exec');
    const program = exec === undefined ? undefined : programOf(exec);
    if (desktop === undefined || program === undefined || program.startsWith('/')) return;
    if (!(await isThere(subject, program))) {
      const message = `expected a program of the image, found ${JSON.stringify(program)}, which is neither in the root nor in usr/bin`;
      report(PROGRAM, { path: desktop.path, message });
    }
  },
};

/** The first word that is no variable for `env`. */
function programOf(exec: string): string | undefined {
  try {
    const words = parseExec(exec);
    return words[0] === 'env' ? words.slice(1).find((word) => !(word.includes('=') || word.startsWith('-'))) : words[0];
  } catch (error) {
    if (isAppImageError(error)) return undefined; // told by the check of conformance
    throw error;
  }
}

async function isThere(subject: Subject, program: string): Promise<boolean> {
  for (const folder of FOLDERS) {
    const file = await subject.resolve(folder === '' ? program : `${folder}/${program}`);
    if (file?.stat.type === 'file') return true;
  }
  return false;
}
