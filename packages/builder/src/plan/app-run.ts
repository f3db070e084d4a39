import type { ExecEntryPoint } from '../inspect/entry-point.ts';

/**
 * Writes the `AppRun` for an AppDir that has none: a script for any POSIX shell, without the help of other programs in the
 * usual case, because it runs at every start.
 */
export function appRunScript(entryPoint: ExecEntryPoint, desktopFileName: string): string {
  return `#!/bin/sh
# Starts the application as ${commentText(desktopFileName)} says.

# The directory of this file, wherever it is mounted or copied to. An APPDIR of another application may be set.
if [ "$0" != "\${APPDIR-}/AppRun" ]; then
  self=$0
  if [ -L "$self" ]; then self=$(readlink -f -- "$self"); fi
  case $self in
    */*) APPDIR=\${self%/*}/ ;;
    *) APPDIR=./ ;;
  esac
  APPDIR=$(CDPATH='' cd -- "$APPDIR" && pwd -P && printf x) || exit 127
  APPDIR=\${APPDIR%?x}
  unset self
  export APPDIR
fi
${[...environment(entryPoint), ''].join('\n')}
exec ${command(entryPoint)} "$@"
`;
}

function environment({ path, hasSharedData }: ExecEntryPoint): string[] {
  const lines: string[] = [];
  if (path.length > 0) {
    const folders = path.map((folder) => `$APPDIR/${folder}`).join(':');
    lines.push('', `export PATH="${folders}:\${PATH:-/usr/local/bin:/usr/bin:/bin}"`);
  }
  if (hasSharedData) {
    lines.push('', 'export XDG_DATA_DIRS="$APPDIR/usr/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"');
  }
  return lines;
}

function command({ program, arguments: args }: ExecEntryPoint): string {
  const first = 'command' in program ? program.command : `"$APPDIR"/${shellQuote(program.calledAs)}`;
  return [first, ...args.map(shellQuote)].join(' ');
}

/** A word that every shell reads as it is. */
function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./=:,@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function commentText(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
