import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';

/** Also reported for every part of an image that some check could not read. */
export const UNREADABLE: Rule = {
  id: 'unreadable',
  severity: 'error',
  summary: 'Everything in the image can be read',
  source: { name: 'appimage-js' },
  remedy: 'Build the image again; of a directory on disk, look at the permissions',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

/** Directories whose entries can not be read. */
export const unreadableCheck: Check = {
  rules: [UNREADABLE],
  async inspect(subject, report) {
    for (const { path, error } of (await subject.tree()).problems) {
      report(UNREADABLE, { path: path === '' ? null : path, message: error.message });
    }
  },
};
