import { type FileEntry, getIconString, type IconDescription, parseThemeFolder } from '@appimage-js/format';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPIMAGELINT, ICON_THEME } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';
import { readPicture } from './read-picture.ts';

const INVALID: Rule = {
  id: 'icon-invalid',
  severity: 'error',
  summary: 'Files of icons are pictures, and of the format that their suffix says',
  source: ICON_THEME,
  remedy: 'Convert the picture, or give the file the suffix of its format',
  profiles: ['recommended', 'appimagehub'],
};

const NOT_SQUARE: Rule = {
  id: 'icon-not-square',
  severity: 'warning',
  summary: 'Icons are as wide as high',
  source: APPIMAGELINT,
  remedy: 'Make the picture square, with transparent margins',
  profiles: ['recommended'],
  severityIn: { recommended: 'note' },
};

const SIZE_MISMATCH: Rule = {
  id: 'icon-size-mismatch',
  severity: 'warning',
  summary: 'An icon in the theme is of the size that its folder says',
  source: APPIMAGELINT,
  remedy: 'Put the icon into the folder of its size, or scale it',
  profiles: ['recommended'],
};

const UNUSUAL_SIZE: Rule = {
  id: 'icon-size-unusual',
  severity: 'note',
  summary: 'Icons are of a size that themes have a folder for',
  source: APPIMAGELINT,
  remedy: 'Scale the icon to 16, 32, 48, 64, 128, 256 or 512 pixels',
  profiles: [],
};

/** Sizes of folders in the themes of the desktops. */
const USUAL: ReadonlySet<number> = new Set([
  8, 16, 20, 22, 24, 28, 32, 36, 42, 44, 48, 64, 72, 96, 128, 150, 160, 192, 256, 310, 384, 480, 512, 1024,
]);

const THEMED = /^usr\/share\/icons\/hicolor\/([^/]+)\/apps\/([^/]+)$/;
const PICTURE = /\.(png|svgz?|xpm)$/i;
/** More icons of one application nobody has. */
const MAXIMUM_COUNT = 200;

/** The files of the application's own icons: in the root, and by the name of its icon in the theme. */
export const picturesCheck: Check = {
  rules: [INVALID, SIZE_MISMATCH, NOT_SQUARE, UNUSUAL_SIZE],
  async inspect(subject, report) {
    const desktop = await subject.desktopFile();
    const name = desktop?.entry && getIconString(desktop.entry, 'Icon');
    if (name === undefined || name === '') return;
    const { entries } = await subject.tree();
    const isOwn = (path: string) => {
      const fileName = path.includes('/') ? THEMED.exec(path)?.[2] : path;
      return fileName !== undefined && PICTURE.test(fileName) && fileName.replace(PICTURE, '') === name;
    };
    for (const path of [...entries.keys()].filter(isOwn).slice(0, MAXIMUM_COUNT)) {
      const file = await subject.resolve(path);
      if (file?.stat.type === 'file') await checkPicture(subject, { path, file }, report);
    }
  },
};

interface PictureFile {
  readonly path: string;
  readonly file: FileEntry;
}

async function checkPicture(subject: Subject, { path, file }: PictureFile, report: Report): Promise<void> {
  const picture = await readPicture(subject, file);
  const suffix = PICTURE.exec(path)?.[1]?.toLowerCase() ?? '';
  if (picture === undefined) {
    report(INVALID, { path, message: `expected a picture of the format ${suffix.toUpperCase()}, found none` });
    return;
  }
  // SVG and SVGZ are told apart by every reader.
  if (picture.format !== suffix && !(picture.format.startsWith('svg') && suffix.startsWith('svg'))) {
    report(INVALID, {
      path,
      message: `expected a picture of the format ${suffix.toUpperCase()}, found ${picture.format.toUpperCase()}`,
    });
  }
  checkMeasures(path, picture, report);
}

function checkMeasures(path: string, { format, width, height }: IconDescription, report: Report): void {
  if (width === null || height === null) return;
  const found = `found ${width} by ${height}`;
  if (width !== height) report(NOT_SQUARE, { path, message: `expected a picture as wide as high, ${found}` });
  if (format.startsWith('svg')) return;
  const folder = parseThemeFolder(THEMED.exec(path)?.[1] ?? '');
  if (folder !== undefined && folder.size !== null) {
    const size = folder.size * folder.scale;
    if (Math.max(width, height) !== size)
      report(SIZE_MISMATCH, { path, message: `expected ${size} by ${size} pixels, as the folder says, ${found}` });
  }
  if (!USUAL.has(Math.max(width, height))) report(UNUSUAL_SIZE, { path, message: `expected a usual size, ${found}` });
}
