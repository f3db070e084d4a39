import type { ExecEntryPoint } from '../inspect/entry-point.ts';
import { DESKTOP_FILE, type ExecCommand, type ExecWord } from './exec-command.ts';
import { HOST_PROGRAMS_FOLDER } from './host-programs.ts';
import { keepEnvironment, RESTORE_ENVIRONMENT } from './restore-environment.ts';
import { shellQuote } from './shell-quote.ts';

/** What {@link appRunScript} writes a script for. */
export interface AppRunOptions {
  readonly entryPoint: ExecEntryPoint;
  /** Name of the desktop entry in the root. */
  readonly desktopFileName: string;
  /** Folders of the AppDir that the dynamic loader must be told of. */
  readonly libraryFolders: readonly string[];
  /** Folder of the AppDir in which the application is started; null leaves it where the user is. */
  readonly workFolder: string | null;
}

/** Words of a menu entry that are compared at most; nobody has so many. */
const MAXIMUM_COMPARED = 9;

/**
 * Writes the `AppRun` for an AppDir that has none: a script for any POSIX shell, without the help of other programs in the
 * usual case, because it runs at every start.
 */
export function appRunScript(options: AppRunOptions): string {
  const { entryPoint, desktopFileName } = options;
  const interpreter = entryPoint.hooks.needBash ? '/usr/bin/env bash' : '/bin/sh';
  const changed = changedVariables(options);
  const parts = [
    `#!${interpreter}
# Starts the application as ${commentText(desktopFileName)} says.

${FIND_APPDIR}`,
    `# An AppImage that starts another one hands it the environment that it got itself.
${RESTORE_ENVIRONMENT}`,
    ...(changed.length === 0
      ? []
      : [`# Programs of the host get this back, see ${HOST_PROGRAMS_FOLDER}.\n${keepEnvironment(changed)}`]),
    ...environment(options),
    ...readHooks(entryPoint.hooks.scripts),
    ...workFolder(options),
    ...commandArguments(entryPoint.command, desktopFileName),
    `exec ${programWord(entryPoint)} "$@"`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The variables that the script and its hooks change. */
function changedVariables({ entryPoint, libraryFolders }: AppRunOptions): string[] {
  const { hasSharedData, hooks } = entryPoint;
  return [
    ...new Set([
      'PATH',
      ...(hasSharedData ? ['XDG_DATA_DIRS'] : []),
      ...(libraryFolders.length > 0 ? ['LD_LIBRARY_PATH'] : []),
      ...hooks.variables,
    ]),
  ];
}

const FIND_APPDIR = `# The directory of this file, wherever it is mounted or copied to. An APPDIR of another application may be set.
if [ "$0" != "\${APPDIR-}/AppRun" ]; then
  apprun_self=$0
  if [ -L "$apprun_self" ]; then apprun_self=$(readlink -f -- "$apprun_self"); fi
  case $apprun_self in
    */*) APPDIR=\${apprun_self%/*}/ ;;
    *) APPDIR=./ ;;
  esac
  APPDIR=$(CDPATH='' cd -- "$APPDIR" && pwd -P && echo x) || exit 127
  APPDIR=\${APPDIR%?x}
  unset apprun_self
  export APPDIR
fi`;

function environment({ entryPoint, libraryFolders }: AppRunOptions): string[] {
  const { path, hasSharedData } = entryPoint;
  const inAppDir = (folders: readonly string[]) => folders.map((folder) => `$APPDIR/${folder}`).join(':');
  const lines = [
    `export PATH="${inAppDir([...path, HOST_PROGRAMS_FOLDER])}:\${PATH:-/usr/local/bin:/usr/bin:/bin}"`,
    ...(hasSharedData
      ? ['export XDG_DATA_DIRS="$APPDIR/usr/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"']
      : []),
    ...(libraryFolders.length > 0
      ? [`export LD_LIBRARY_PATH="${inAppDir(libraryFolders)}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`]
      : []),
  ];
  return [lines.join('\n')];
}

/** What one of them demands of its shell, that failures end it, is not asked of the next ones. */
function readHooks(scripts: readonly string[]): string[] {
  return scripts.map((path) => `. "$APPDIR"/${shellQuote(path)}\nset +eu`);
}

/** Paths of files that are relative must be said in full before the folder changes. */
function workFolder({ workFolder: folder }: AppRunOptions): string[] {
  if (folder === null) return [];
  return [
    `# The application finds its files by paths from here, "././" instead of "/usr".
for apprun_argument in "$@"; do
  shift
  case $apprun_argument in
    /* | -*) ;;
    *) if [ -e "$apprun_argument" ]; then apprun_argument=$PWD/$apprun_argument; fi ;;
  esac
  set -- "$@" "$apprun_argument"
done
unset apprun_argument
export OWD="\${OWD:-$PWD}"
cd "$APPDIR"/${shellQuote(folder)} || exit 127`,
  ];
}

function commandArguments(command: ExecCommand, desktopFileName: string): string[] {
  const { before, firstFile, after } = command;
  const quote = (words: readonly ExecWord[]) => words.map((word) => quoteWord(word, desktopFileName));
  const lines: string[] = [];
  if (firstFile !== null) {
    const prefix = shellQuote(firstFile.prefix);
    lines.push(
      `# The first file is a part of an argument; options are passed on as they are.
case \${1-} in
  '' | -*${firstFile.prefix === '' ? '' : ` | ${prefix}*`}) ;;
  *)
    apprun_file=$1
    shift
    set -- ${firstFile.prefix === '' ? '' : prefix}"$apprun_file"${firstFile.suffix === '' ? '' : shellQuote(firstFile.suffix)} "$@"
    unset apprun_file
    ;;
esac`,
    );
  }
  if (before.length > 0 || after.length > 0) {
    lines.push(`set -- ${[...quote(before), '"$@"', ...quote(after)].join(' ')}`);
  }
  if (lines.length === 0) return [];
  if (before.length === 0 || before.length > MAXIMUM_COMPARED) return [lines.join('\n')];
  const tests = quote(before).map((word, index) => `[ "\${${index + 1}-}" = ${word} ]`);
  return [
    `# A menu entry made from the same Exec brings its arguments along.
if ! { ${tests.join(' && ')}; }; then
${hasLineBreak(command) ? lines.join('\n') : lines.join('\n').replace(/^(?=.)/gm, '  ')}
fi`,
  ];
}

function quoteWord(word: ExecWord, desktopFileName: string): string {
  if (word.length === 0) return "''";
  const desktopFile = `"$APPDIR"/${shellQuote(desktopFileName)}`;
  return word.map((piece) => (piece === DESKTOP_FILE ? desktopFile : shellQuote(piece))).join('');
}

function programWord({ program }: ExecEntryPoint): string {
  return 'command' in program ? program.command : `"$APPDIR"/${shellQuote(program.calledAs)}`;
}

/** What is within quotes must not be indented. */
function hasLineBreak({ before, firstFile, after }: ExecCommand): boolean {
  return [...before.flat(), ...after.flat(), firstFile?.prefix, firstFile?.suffix].some((piece) => {
    return typeof piece === 'string' && piece.includes('\n');
  });
}

function commentText(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
