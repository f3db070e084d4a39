import { validateAppStream } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPSTREAM } from '../../sources.ts';
import { isKnownLicense } from './known-licenses.ts';

const INVALID: Rule = {
  id: 'appstream-invalid',
  severity: 'error',
  summary: 'AppStream metadata have no error, as appstreamcli judges it',
  source: APPSTREAM,
  remedy: 'Correct the metadata; the specification explains each kind of flaw under "Validator issues"',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const DISCOURAGED: Rule = {
  id: 'appstream-warning',
  severity: 'warning',
  summary: 'AppStream metadata give no reason for a warning, as appstreamcli judges it',
  source: APPSTREAM,
  remedy: 'Correct the metadata; the specification explains each kind of flaw under "Validator issues"',
  profiles: ['recommended', 'spec'],
};

const HINT: Rule = {
  id: 'appstream-hint',
  severity: 'note',
  summary: 'AppStream metadata are as good as they can be, as appstreamcli judges it',
  source: APPSTREAM,
  remedy: 'Improve the metadata; the specification explains each kind of flaw under "Validator issues"',
  profiles: [],
};

const RULES = { error: INVALID, warning: DISCOURAGED, note: HINT } as const;

/** Every metadata file, one kind of flaw once. */
export const conformanceCheck: Check = {
  rules: [INVALID, DISCOURAGED, HINT],
  async inspect(subject, report) {
    for (const { path, file, root, error } of await subject.appStreamFiles()) {
      if (file === undefined)
        report(INVALID, { path, message: 'expected a file, found something else or a symlink that leads nowhere' });
      if (error !== undefined) report(INVALID, { path, message: error.message });
      if (root === undefined) continue;
      const told = new Set<string>();
      for (const { severity, tag, message } of validateAppStream(root, { isKnownLicense })) {
        const text = `${tag}: ${message}`;
        if (told.has(text)) continue;
        told.add(text);
        report(RULES[severity], { path, message: text });
      }
    }
  },
};
