import { bufferSource, readArchitecture } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPIMAGETOOL } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';

const MIXED: Rule = {
  id: 'architectures-mixed',
  severity: 'error',
  summary: 'What is started is for the architecture of the image, and for one alone',
  source: APPIMAGETOOL,
  remedy: 'Build one image for each architecture, or a shImg, which can be for several',
  profiles: ['recommended', 'appimagehub'],
};

const STARTED = /^(?:AppRun(?:\.[^/]+)?|(?:usr\/)?bin\/[^/]+)$/;
/** Of an ELF header; shorter files are none. */
const HEADER_LENGTH = 64;

/** `AppRun` and the programs in usr/bin; what they start by themselves may be for any machine. */
export const architecturesCheck: Check = {
  rules: [MIXED],
  async inspect(subject, report) {
    if (subject.image?.type === 'shimg') return;
    const found = await findPrograms(subject);
    const expected = subject.image?.architectures[0] ?? found[0]?.architecture;
    for (const { path, architecture } of found) {
      if (architecture === expected) continue;
      const severity = path.startsWith('AppRun') ? 'error' : 'warning';
      report(MIXED, { path, severity, message: `expected a program for ${expected}, found one for ${architecture}` });
    }
  },
};

interface FoundProgram {
  readonly path: string;
  readonly architecture: string;
}

/** The one that is started first comes first. */
async function findPrograms(subject: Subject): Promise<FoundProgram[]> {
  const found: FoundProgram[] = [];
  const paths = [...(await subject.tree()).entries.keys()].filter((path) => STARTED.test(path));
  for (const path of paths.sort()) {
    const file = await subject.resolve(path);
    if (file?.stat.type !== 'file' || file.stat.size < HEADER_LENGTH) continue;
    const architecture = await readArchitecture(bufferSource(await subject.readStart(file, HEADER_LENGTH)));
    if (architecture !== undefined) found.push({ path, architecture });
  }
  return found;
}
