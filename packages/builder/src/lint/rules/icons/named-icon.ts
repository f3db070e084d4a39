import { findIcons, getIconString, type Icon } from '@appimage-js/format';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPIMAGETOOL, CATALOGUE, CONTENTS_OF_IMAGE } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';

const MISSING: Rule = {
  id: 'icon-missing',
  severity: 'error',
  summary: 'The icon that the desktop entry names is in the image',
  source: CATALOGUE,
  remedy:
    'Put NAME.png (256 by 256 pixels) or NAME.svg into the root and into usr/share/icons/hicolor, where NAME is the value of Icon',
  profiles: ['recommended', 'appimagehub'],
};

const NOT_IN_ROOT: Rule = {
  id: 'icon-not-in-root',
  severity: 'warning',
  summary: 'The icon that the desktop entry names is in the root',
  source: APPIMAGETOOL,
  remedy: 'Put the icon, or a symlink to it, into the root; not every desktop integration looks elsewhere',
  profiles: ['recommended', 'appimagehub'],
};

const SMALL: Rule = {
  id: 'icon-small',
  severity: 'warning',
  summary: 'There is an icon of 256 by 256 pixels or more, or one that can be scaled',
  source: CONTENTS_OF_IMAGE,
  remedy: 'Add a PNG of 256 by 256 or 512 by 512 pixels, or an SVG',
  profiles: ['recommended', 'spec', 'appimagehub'],
  severityIn: { spec: 'note' },
};

const LARGE_ENOUGH = 256;
const ROOT_SUFFIXES = ['.png', '.svg', '.svgz', '.xpm'];

/** The application's own icon, as desktops will look for it. */
export const namedIconCheck: Check = {
  rules: [MISSING, NOT_IN_ROOT, SMALL],
  async inspect(subject, report) {
    const desktop = await subject.desktopFile();
    const name = desktop?.entry && getIconString(desktop.entry, 'Icon');
    if (desktop === undefined || name === undefined || name === '') return;
    const icons = (await findIcons(subject.files, name, { signal: subject.signal })).filter(
      ({ purpose }) => purpose === 'application',
    );
    const named = icons.filter(({ place }) => place !== 'dir-icon');
    if (named.length === 0) {
      report(MISSING, {
        path: desktop.path,
        message: `expected an icon of the name ${JSON.stringify(name)}, found none`,
      });
    } else if (!(await isInRoot(subject, name))) {
      report(NOT_IN_ROOT, {
        path: named[0]?.path ?? null,
        message: `expected ${JSON.stringify(`${name}.png`)} or .svg in the root, found the icon only elsewhere`,
      });
    }
    if (icons.length > 0) checkSize(icons, report);
  },
};

async function isInRoot(subject: Subject, name: string): Promise<boolean> {
  const stem = name.slice(name.lastIndexOf('/') + 1).replace(/\.(?:png|svgz?|xpm)$/i, '');
  for (const suffix of ROOT_SUFFIXES) {
    if ((await subject.resolve(stem + suffix))?.stat.type === 'file') return true;
  }
  return false;
}

function checkSize(icons: readonly Icon[], report: Report): void {
  const isLarge = ({ format, width, height }: Icon) =>
    format === 'svg' || format === 'svgz' || Math.min(width ?? 0, height ?? 0) >= LARGE_ENOUGH;
  if (icons.some(isLarge)) return;
  const largest = icons.reduce((best, icon) => ((icon.width ?? 0) > (best.width ?? 0) ? icon : best));
  const found = largest.width === null ? 'none whose size is known' : `${largest.width} by ${largest.height} at most`;
  report(SMALL, {
    path: largest.path,
    message: `expected an icon of ${LARGE_ENOUGH} by ${LARGE_ENOUGH} pixels, found ${found}`,
  });
}
