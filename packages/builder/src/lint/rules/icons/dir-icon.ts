import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPDIR_LINT, CONTENTS_OF_IMAGE } from '../../sources.ts';
import { readPicture } from './read-picture.ts';

const MISSING: Rule = {
  id: 'dir-icon-missing',
  severity: 'warning',
  summary: 'The root has the icon .DirIcon',
  source: CONTENTS_OF_IMAGE,
  remedy: 'Make .DirIcon a symlink to the icon in the root',
  profiles: ['recommended', 'spec', 'appimagehub'],
  severityIn: { appimagehub: 'error' },
};

const NOT_PNG: Rule = {
  id: 'dir-icon-not-png',
  severity: 'warning',
  summary: '.DirIcon is a PNG',
  source: APPDIR_LINT,
  remedy: 'Make .DirIcon a PNG of 256 by 256 pixels, or a symlink to one',
  profiles: ['recommended', 'appimagehub'],
  severityIn: { recommended: 'note' },
};

/** The icon that file managers and thumbnailers show without looking at the desktop entry. */
export const dirIconCheck: Check = {
  rules: [MISSING, NOT_PNG],
  async inspect(subject, report) {
    if (subject.image?.problem !== undefined) return;
    const { entries } = await subject.tree();
    if (!entries.has('.DirIcon')) {
      report(MISSING, { message: 'expected .DirIcon in the root, found none' });
      return;
    }
    const file = await subject.resolve('.DirIcon');
    if (file?.stat.type !== 'file') {
      report(MISSING, {
        path: '.DirIcon',
        message: 'expected a file, found something else or a symlink that leads nowhere',
      });
      return;
    }
    const picture = await readPicture(subject, file);
    if (picture?.format !== 'png')
      report(NOT_PNG, {
        path: '.DirIcon',
        message: `expected a PNG, found ${picture?.format.toUpperCase() ?? 'no picture'}`,
      });
  },
};
