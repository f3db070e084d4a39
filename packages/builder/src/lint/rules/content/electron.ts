import { getString } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import type { Subject } from '../../subject/subject.ts';

const SOURCE = {
  name: 'Chromium documentation, "AppArmor and user namespaces"',
  url: 'https://chromium.googlesource.com/chromium/src/+/main/docs/security/apparmor-userns-restrictions.md',
};

const ELECTRON_SANDBOX: Rule = {
  id: 'electron-sandbox',
  severity: 'note',
  summary: "Chromium's sandbox works where only privileged programs may make user namespaces",
  source: SOURCE,
  remedy:
    'Tell users of Ubuntu 24.04 and newer how to allow user namespaces for the application: its setuid helper has no power in a mounted image',
  profiles: ['recommended'],
};

const ELECTRON_WITHOUT_SANDBOX: Rule = {
  id: 'electron-no-sandbox',
  severity: 'note',
  summary: "Chromium's sandbox is not switched off",
  source: SOURCE,
  remedy: 'Pass --no-sandbox only where user namespaces are forbidden (unshare -U fails), not always',
  profiles: ['recommended'],
};

const HELPER = /(?:^|\/)chrome-sandbox$/;
const OPTION = '--no-sandbox';
const MAXIMUM_APP_RUN = 262_144;

/** How applications that are made with Electron start. */
export const electronCheck: Check = {
  rules: [ELECTRON_SANDBOX, ELECTRON_WITHOUT_SANDBOX],
  async inspect(subject, report) {
    const { entries } = await subject.tree();
    const helper = [...entries.keys()].find((path) => HELPER.test(path));
    const place = await findOption(subject);
    if (place !== undefined) {
      report(ELECTRON_WITHOUT_SANDBOX, { path: place, message: `expected a start with the sandbox, found ${OPTION}` });
    } else if (helper !== undefined) {
      const message = 'expected a start that does without the setuid helper, found nothing that cares for it';
      report(ELECTRON_SANDBOX, { path: helper, message });
    }
  },
};

/** The file that switches the sandbox off for every start; one that does it on a condition is as it should be. */
async function findOption(subject: Subject): Promise<string | undefined> {
  const desktop = await subject.desktopFile();
  const exec = desktop?.entry === undefined ? undefined : getString(desktop.entry, 'Exec');
  if (exec?.split(/\s+/).includes(OPTION) === true) return desktop?.path;
  const appRun = await subject.resolve('AppRun');
  const bytes = appRun === undefined ? undefined : await subject.read(appRun, MAXIMUM_APP_RUN);
  if (bytes === undefined) return undefined;
  const text = new TextDecoder('latin1').decode(bytes);
  const isScript = text.startsWith('#!');
  return isScript && text.includes(OPTION) && !/\b(?:unshare|userns|if|case|\[)\b/.test(text) ? 'AppRun' : undefined;
}
