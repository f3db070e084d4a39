import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPDIR_LINT, CONTENTS_OF_IMAGE } from '../../sources.ts';

const MISSING: Rule = {
  id: 'desktop-entry-missing',
  severity: 'error',
  summary: 'The root has a desktop entry',
  source: CONTENTS_OF_IMAGE,
  remedy: 'Put the desktop entry of the application, or a symlink to it, into the root',
  profiles: ['recommended', 'spec', 'appimagehub'],
  severityIn: { spec: 'warning' },
};

const SEVERAL: Rule = {
  id: 'desktop-entry-several',
  severity: 'error',
  summary: 'The root has one desktop entry and no other',
  source: APPDIR_LINT,
  remedy: 'Keep the one of the application in the root; the others belong into usr/share/applications',
  profiles: ['recommended', 'spec', 'appimagehub'],
  severityIn: { spec: 'warning' },
};

/** How many desktop entries there are. */
export const presenceCheck: Check = {
  rules: [MISSING, SEVERAL],
  async inspect(subject, report) {
    if (subject.image?.problem !== undefined) return;
    const inRoot = (await subject.desktopFiles()).filter(({ isInRoot }) => isInRoot);
    if (inRoot.length === 0) report(MISSING, { message: 'expected a file *.desktop in the root, found none' });
    for (const { path, file } of inRoot) {
      if (file === undefined) {
        report(MISSING, { path, message: 'expected a file, found something else or a symlink that leads nowhere' });
      }
    }
    if (inRoot.length > 1) {
      for (const { path } of inRoot.slice(1)) {
        report(SEVERAL, { path, message: `expected one desktop entry in the root, found ${inRoot.length}` });
      }
    }
  },
};
