import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, constants, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import type { Confinement } from './confinement-plan.ts';

/** How a planned confinement is started. */
export interface SpawnConfinedOptions {
  /** Path of bubblewrap. */
  readonly program: string;
  /** Folder for files that have no name any more when the program starts. */
  readonly scratch: string;
  readonly stdio: StdioOptions;
  /** Options of the mechanism itself, each with the path of a file that is written by it. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** What starts the program instead, as the runtime does once the image is mounted. Default: it is started directly. */
  readonly through?: (program: string, args: readonly string[]) => SpawnPlan;
}

/** Everything that `spawn` needs. */
export interface SpawnPlan {
  readonly command: string;
  readonly argv0: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Stands for the folder of the contents, until the runtime has mounted them. */
const CONTENTS = '@APPDIR@';

/** Starts a confined program: its arguments and files are handed over as descriptors, so that no list of processes shows them. */
export function spawnConfined(confinement: Confinement, options: SpawnConfinedOptions): ChildProcess {
  const { program, scratch, outputs = {}, through } = options;
  const opened: number[] = [];
  const given = [options.stdio].flat() as (number | 'inherit' | 'pipe' | 'ignore')[];
  const number = (descriptor: number) => {
    opened.push(descriptor);
    return String(given.length + opened.length - 1);
  };
  try {
    const words = confinement.arguments.map((word) => {
      if (typeof word === 'string') return word;
      const content = confinement.files[word.file];
      if (content === undefined) throw new AppImageError('not-found', `Cannot confine: there is no ${word.file}`);
      return number(openContent(scratch, content));
    });
    for (const [option, path] of Object.entries(outputs)) {
      words.push(option, number(openSync(path, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW)));
    }
    words.push('--die-with-parent', '--new-session');
    const list = number(openContent(scratch, words.map((word) => `${word}\0`).join('')));
    const contents = confinement.contents === undefined ? [] : ['--ro-bind', CONTENTS, confinement.contents];
    const args = ['--args', list, ...contents, '--', ...confinement.command];
    const plan = through?.(program, args) ?? { command: program, argv0: program, args, env: {}, cwd: '/' };
    return spawn(plan.command, plan.args, {
      argv0: plan.argv0,
      env: plan.env,
      cwd: plan.cwd,
      stdio: [...given, ...opened],
    });
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

/** A file with this content and no name. */
function openContent(scratch: string, content: string | Uint8Array): number {
  const path = join(scratch, `.${process.pid}.content`);
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  try {
    return openSync(path, 'r');
  } finally {
    unlinkSync(path);
  }
}
