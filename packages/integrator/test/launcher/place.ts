import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { serializeStringValue } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { findPlaces } from '../../src/index.ts';
import { launcherFile, launcherPath } from '../../src/launcher/launcher-file.ts';

export const ID = '0123456789abcdef';

/** A home with the launcher and an entry; notifications are written to a file. */
export interface Place {
  readonly folder: string;
  readonly launcher: string;
  readonly env: Record<string, string>;
  /** Where the launcher keeps the error output. */
  readonly log: string;
  /** Makes a program of a shell script. */
  readonly script: (name: string, lines: string) => string;
  readonly launch: (
    words: readonly string[],
    options?: { readonly by?: readonly string[]; readonly env?: Readonly<Record<string, string>> },
  ) => Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>;
  /** What the user was told: title and text; undefined where that is nothing. */
  readonly told: () => readonly string[] | undefined;
}

export function makePlace({ file = '/opt/it\'s "one".AppImage', name = 'Probe' } = {}): Place {
  const folder = temporaryFolder();
  const env = { HOME: folder, PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, LC_ALL: 'C.UTF-8' };
  const places = findPlaces(env);
  const launcher = launcherPath(places);
  mkdirSync(dirname(launcher), { recursive: true });
  writeFileSync(launcher, launcherFile().content);
  chmodSync(launcher, 0o755);
  const applications = join(places.data, 'applications');
  mkdirSync(applications);
  writeFileSync(
    join(applications, `appimage-js-${ID}.desktop`),
    `[Desktop Entry]\nType=Application\nName=${name}\nName[de]=Sonde\nName[de_AT]=Sonde aus Wien\nIcon=appimage-js-${ID}\n` +
      `Exec=${launcher} ${ID} @ %U\nTryExec=${serializeStringValue(file)}\n\n[Desktop Action a]\nName=Action\nName[de]=Aktion\n`,
  );
  mkdirSync(join(folder, 'bin'));
  const script = (program: string, lines: string) => {
    const path = join(folder, program);
    writeFileSync(path, `#!/bin/sh\n${lines}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const notified = join(folder, 'notified');
  script('bin/notify-send', `printf '%s\\0' "$@" >'${notified}'`);
  return {
    folder,
    launcher,
    env,
    log: join(folder, '.local', 'state', 'appimage', 'logs', `${ID}.log`),
    script,
    launch: async (words, { by = [], env: more = {} } = {}) => {
      const [command = launcher, ...args] = [...by, launcher, ...words];
      const child = spawn(command, args, { env: { ...env, ...more }, stdio: ['pipe', 'pipe', 'pipe'] });
      const [stdout, stderr, [status]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit') as Promise<[number | null]>,
      ]);
      return { status, stdout, stderr };
    },
    told: () => (existsSync(notified) ? readFileSync(notified, 'utf8').split('\0').slice(-3, -1) : undefined),
  };
}
