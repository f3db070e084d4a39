import type { BuildOptions, BuildPlan } from '@appimage-js/builder';
import type { Command, OptionValues } from '@commander-js/extra-typings';
import type { PageLine } from './output/page.ts';
import { showPath } from './output/printable.ts';
import { formatExactSize, formatFileCount } from './output/size.ts';

/** How the AppDir is prepared for the image. */
export interface PreparationOptions {
  readonly desktop?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly excludeFile?: string | undefined;
  readonly keepModes?: true | undefined;
  readonly patchUsr?: true | undefined;
}

/** Of more, only the number is said; `--json` has them all. */
const SHOWN_ENTRIES = 8;

/** Gives a command the options of {@link preparationOf}. */
export function addPreparationOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .option('--desktop <NAME>', 'the desktop entry to take where APPDIR has several')
    .option(
      '--exclude <PATTERN>',
      'leave out what matches, as in a .gitignore, besides those in .appimageignore; may be given again',
      (pattern: string, previous: readonly string[] = []) => [...previous, pattern],
    )
    .option('--exclude-file <FILE>', 'leave out what the patterns in a file match')
    .option('--keep-modes', 'keep permissions as they are, instead of 0755 and 0644')
    .option('--patch-usr', 'make paths in programs relative that begin with /usr and lead into APPDIR');
}

/** What the options mean for a build. */
export function preparationOf(options: PreparationOptions): Partial<BuildOptions> {
  const { desktop, exclude, excludeFile, keepModes, patchUsr } = options;
  return { desktop, exclude, excludeFile, modes: keepModes ? 'keep' : 'normal', patchUsr };
}

/** What a plan says about the preparation. */
export function preparationLines(plan: BuildPlan): PageLine[] {
  const { additions, madeExecutable, leftOut, patched, modes, metainfo } = plan;
  return [
    ...(metainfo === null ? [] : [['AppStream', metainfo] satisfies PageLine]),
    ...[...Map.groupBy(additions, ({ reason }) => reason)].map(([reason, added]): PageLine => {
      return ['Added', `${some(added.map(({ path }) => path))}: ${reason}`];
    }),
    ...leftOut.entries.slice(0, SHOWN_ENTRIES).map(({ path, reason }): PageLine => {
      return ['Left out', `${showPath(path)}: ${reason}`];
    }),
    ...(leftOut.entries.length === 0 ? [] : [['Left out', leftOutText(leftOut)] satisfies PageLine]),
    ...(madeExecutable.length === 0 ? [] : [['Made executable', some(madeExecutable)] satisfies PageLine]),
    ...(modes === 'keep' ? [['Permissions', 'as they are'] satisfies PageLine] : []),
    ...patched.map(({ path, places }): PageLine => {
      return ['Patched', `${showPath(path)}: ${places} ${places === 1 ? 'path' : 'paths'} below /usr made relative`];
    }),
  ];
}

function leftOutText({ entries, files, bytes }: BuildPlan['leftOut']): string {
  const more = entries.length > SHOWN_ENTRIES ? `and ${entries.length - SHOWN_ENTRIES} more, ` : '';
  return `${more}together ${formatFileCount(files)}, ${formatExactSize(bytes)}`;
}

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, paths.length > SHOWN_ENTRIES ? 3 : SHOWN_ENTRIES).map(showPath);
  const more = paths.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
