import { RESTORE_ENVIRONMENT } from './restore-environment.ts';

/** Where the programs are, from the root of the AppDir; beside linuxdeploy's `apprun-hooks`. */
export const HOST_PROGRAMS_FOLDER = 'apprun-host';
/** The one program that the others are symlinks to. */
export const HOST_PROGRAM = 'appimage-host';

/**
 * Programs of the host that applications start by their names: to open a file, a page, a folder or a terminal. Those that are
 * seldom missing, as an application may look whether they are there.
 */
export const HOST_PROGRAMS: readonly string[] = [
  'exo-open',
  'gio',
  'kde-open',
  'kde-open5',
  'kde-open6',
  'sensible-browser',
  'x-terminal-emulator',
  'x-www-browser',
  'xdg-email',
  'xdg-mime',
  'xdg-open',
  'xdg-settings',
  'xdg-terminal-exec',
];

/** A script for any POSIX shell that starts a program of the host as if the application had not been there. */
export const HOST_PROGRAM_SCRIPT = `#!/bin/sh
# Starts a program of the host with the environment that the application was started with: the program that this file is
# named after, or "${HOST_PROGRAM} PROGRAM [ARGUMENT...]". AppRun puts the folder of this file into PATH.

host_folder=\${0%/*}
host_program=\${0##*/}
if [ "$host_program" = ${HOST_PROGRAM} ]; then
  if [ $# -eq 0 ]; then
    echo 'Usage: ${HOST_PROGRAM} PROGRAM [ARGUMENT...]' >&2
    exit 2
  fi
  host_program=$1
  shift
fi

${RESTORE_ENVIRONMENT}

# Folders beside the AppImage that the runtime uses instead of the user's.
for apprun_pair in HOME:home XDG_CONFIG_HOME:config XDG_DATA_HOME:share XDG_CACHE_HOME:cache; do
  apprun_name=\${apprun_pair%:*}
  if eval "[ \\"\\\${REAL_$apprun_name+set}\\" ]"; then
    eval "export $apprun_name=\\"\\$REAL_$apprun_name\\""
  elif [ "\${APPIMAGE-}" ] && eval "[ \\"\\\${$apprun_name-}\\" = \\"\\$APPIMAGE.\${apprun_pair#*:}\\" ]"; then
    unset "$apprun_name"
  fi
  unset "REAL_$apprun_name"
done
unset APPDIR APPIMAGE APPIMAGE_ARGV0 ARGV0 OWD

# Without what AppRun kept, PATH has this folder still, and the program would be this file again.
if [ "\${PATH+set}" ]; then
  host_rest=$PATH:
  host_kept=
  while [ "$host_rest" ]; do
    host_entry=\${host_rest%%:*}
    host_rest=\${host_rest#*:}
    if [ "$host_entry" != "$host_folder" ]; then host_kept=$host_kept:$host_entry; fi
  done
  PATH=\${host_kept#:}
  export PATH
fi

unset host_folder host_rest host_kept host_entry
exec "$host_program" "$@"
`;
