import { type DesktopEntry, getRawValue, getString, MAIN_GROUP } from '@appimage-js/format';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPDIR_LINT, DESKTOP_ENTRY, GO_APPIMAGE, ICON_THEME } from '../../sources.ts';

const KEY_MISSING: Rule = {
  id: 'desktop-entry-key-missing',
  severity: 'error',
  summary: 'The desktop entry in the root has Name, Type, Exec, Icon and Categories',
  source: GO_APPIMAGE,
  remedy: 'Add the key to the group [Desktop Entry]',
  profiles: ['recommended', 'appimagehub'],
};

const ICON_PATH: Rule = {
  id: 'desktop-entry-icon-path',
  severity: 'error',
  summary: 'Icon is a name without path and suffix',
  source: ICON_THEME,
  remedy: 'Write Icon=name, with name.png or name.svg in the root and in the icon theme',
  profiles: ['recommended', 'appimagehub'],
};

const TYPE: Rule = {
  id: 'desktop-entry-type',
  severity: 'error',
  summary: 'The desktop entry in the root is of the type Application',
  source: DESKTOP_ENTRY,
  remedy: 'Write Type=Application',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const NOT_SHOWN: Rule = {
  id: 'desktop-entry-not-shown',
  severity: 'warning',
  summary: 'The desktop entry in the root is shown in menus',
  source: DESKTOP_ENTRY,
  remedy: 'Take Hidden and NoDisplay away: once integrated, the application would be found in no menu',
  profiles: ['recommended', 'appimagehub'],
};

const NO_CATEGORY: Rule = {
  id: 'desktop-entry-categories-empty',
  severity: 'warning',
  summary: 'The desktop entry in the root names a category',
  source: APPDIR_LINT,
  remedy: 'Write a main category and others that fit, such as Categories=Utility;TextEditor;',
  profiles: ['recommended', 'appimagehub'],
};

const NEEDED = ['Name', 'Type', 'Exec', 'Icon', 'Categories'];

/** What an AppImage needs of its desktop entry beyond what the specification demands of all. */
export const keysCheck: Check = {
  rules: [KEY_MISSING, TYPE, ICON_PATH, NO_CATEGORY, NOT_SHOWN],
  async inspect(subject, report) {
    for (const { path, entry, isInRoot } of await subject.desktopFiles()) {
      if (isInRoot && entry !== undefined) checkKeys(path, entry, report);
    }
  },
};

function checkKeys(path: string, entry: DesktopEntry, report: Report): void {
  for (const key of NEEDED) {
    const value = getRawValue(entry, key);
    if (value === undefined) {
      report(KEY_MISSING, {
        path,
        message: `expected the key ${key} in [${MAIN_GROUP}], found none`,
        remedy: `Add ${key}= to the group [${MAIN_GROUP}]`,
      });
    } else if (value === '' && key === 'Categories') {
      report(NO_CATEGORY, { path, message: 'expected a category, found none' });
    } else if (value === '') {
      report(KEY_MISSING, { path, message: `expected a value of ${key}, found none` });
    }
  }
  const type = getString(entry, 'Type') ?? 'Application';
  if (type !== 'Application')
    report(TYPE, { path, message: `expected the type Application, found ${JSON.stringify(type)}` });
  const icon = getString(entry, 'Icon') ?? '';
  if (icon.includes('/') || /\.(?:png|svgz?|xpm)$/i.test(icon)) {
    report(ICON_PATH, { path, message: `expected the name of an icon, found ${JSON.stringify(icon)}` });
  }
  for (const key of ['NoDisplay', 'Hidden']) {
    if (getRawValue(entry, key) === 'true')
      report(NOT_SHOWN, { path, message: `expected an entry that is shown, found ${key}=true` });
  }
}
