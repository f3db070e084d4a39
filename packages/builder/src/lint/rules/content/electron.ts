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
    const option = await findOption(subject);
    if (option?.isAlways === true) {
      const message = `expected a start with the sandbox, found ${OPTION}`;
      report(ELECTRON_WITHOUT_SANDBOX, { path: option.path, message });
    } else if (option === undefined && helper !== undefined) {
      const message = 'expected a start that does without the setuid helper, found nothing that cares for it';
      report(ELECTRON_SANDBOX, { path: helper, message });
    }
  },
};

/** Where the sandbox is switched off. */
interface SandboxOption {
  readonly path: string;
  /** Whether for every start; to do it on a condition is as it should be. */
  readonly isAlways: boolean;
}

const CONDITION = /\b(?:unshare|userns\w*|if|case|test)\b|\|\||&&/;

async function findOption(subject: Subject): Promise<SandboxOption | undefined> {
  const desktop = await subject.desktopFile();
  const exec = desktop?.entry === undefined ? undefined : getString(desktop.entry, 'Exec');
  if (desktop !== undefined && exec?.split(/\s+/).includes(OPTION) === true)
    return { path: desktop.path, isAlways: true };
  const appRun = await subject.resolve('AppRun');
  const bytes = appRun === undefined ? undefined : await subject.read(appRun, MAXIMUM_APP_RUN);
  const text = new TextDecoder('latin1').decode(bytes);
  if (!(text.startsWith('#!') && text.includes(OPTION))) return undefined;
  return { path: 'AppRun', isAlways: !CONDITION.test(text) };
}
