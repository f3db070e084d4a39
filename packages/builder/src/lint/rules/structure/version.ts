import { childElements, getString } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { GO_APPIMAGE } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';

const VERSION: Rule = {
  id: 'version-unknown',
  severity: 'note',
  summary: 'The image tells the version of the application',
  source: GO_APPIMAGE,
  remedy: 'Write X-AppImage-Version into the desktop entry, or list the release in the AppStream metadata',
  profiles: ['recommended'],
};

/** Updaters and menus show it, and tell two files of the same application apart by it. */
export const versionCheck: Check = {
  rules: [VERSION],
  async inspect(subject, report) {
    const desktop = await subject.desktopFile();
    if (desktop === undefined || (getString(desktop.entry, 'X-AppImage-Version') ?? '') !== '') return;
    if (await hasRelease(subject)) return;
    report(VERSION, {
      path: desktop.path,
      message: 'expected X-AppImage-Version or a release in the AppStream metadata, found neither',
    });
  },
};

async function hasRelease(subject: Subject): Promise<boolean> {
  const roots = (await subject.appStreamFiles()).flatMap(({ root }) => root ?? []);
  const releases = roots
    .flatMap((root) => childElements(root, 'releases'))
    .flatMap((each) => childElements(each, 'release'));
  return releases.some(({ attributes }) => attributes.has('version'));
}
