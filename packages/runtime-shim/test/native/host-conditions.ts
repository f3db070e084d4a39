import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { shortFolder } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { type Finished, type RunOptions, run } from './run.ts';

/** What a host lacks or has otherwise, as lines of a shell that is root in a mount namespace; `$0` is a folder of its own. */
export interface HostCondition {
  readonly setUp?: readonly string[];
  /** What the kernel answers to some system calls: see programs/deny.c. */
  readonly deny?: { readonly answer: number | 'kill'; readonly calls: readonly string[] };
  /** Programs with their arguments that run the image, as root before they are the user, and as the user. */
  readonly asRoot?: string;
  readonly asUser?: string;
  /** What the programs in {@link helperPrograms} hand over. */
  readonly env?: Readonly<Record<string, string>>;
}

const fusermounts = ['/usr/bin/fusermount3', '/usr/bin/fusermount', '/bin/fusermount3', '/bin/fusermount'];

/** Puts a file in the place of every fusermount. */
export function replaceFusermount(file: string): string {
  return fusermounts.map((path) => `if [ -e ${path} ]; then mount --bind ${file} ${path}; fi`).join('\n');
}

export const withoutFusermount: string = replaceFusermount('/dev/null');

export const withoutFuse: string =
  'mount -t tmpfs none "$0" && touch "$0/fuse" && mount --bind "$0/fuse" /dev/fuse && chmod 0 /dev/fuse';

/** A copy of the true fusermount3 with that mode. */
export function fusermountOfMode(mode: string): string {
  return `mount -t tmpfs none "$0" && cp /usr/bin/fusermount3 "$0/copy" && chmod ${mode} "$0/copy"\n${replaceFusermount('"$0/copy"')}`;
}

/** A script that is called fusermount3. */
export function fusermountThat(...lines: readonly string[]): string {
  const script = ['#!/bin/sh', ...lines].map((line) => `'${line.replaceAll("'", "'\\''")}'`).join(' ');
  return `mount -t tmpfs none "$0" && printf '%s\\n' ${script} > "$0/copy" && chmod 755 "$0/copy"\n${replaceFusermount('"$0/copy"')}`;
}

const native = fileURLToPath(new URL('../../native/', import.meta.url));

/** Compiles one of the programs beside this file; one of them is about sources of the runtime. */
export function compiled(name: 'deny' | 'hand-over' | 'confined'): string {
  const folder = temporaryFolder('/tmp');
  chmodSync(folder, 0o755);
  const program = join(folder, name);
  const sources = [join(import.meta.dirname, `programs/${name}.c`)];
  if (name === 'confined') sources.push(join(native, 'system/confine.c'), join(native, 'system/landlock.c'));
  execFileSync('clang', ['-O1', '-D_GNU_SOURCE', '-pthread', `-I${native}`, '-o', program, ...sources]);
  return program;
}

/** Runs a program as an ordinary user of a host like that. */
export function runOn(
  { setUp = [], deny, asRoot = '', asUser = '', env: conditionEnv = {} }: HostCondition,
  program: string,
  args: readonly string[],
  { env = {} }: RunOptions,
): Promise<Finished> {
  const denied = deny ? `${compiled('deny')} ${deny.answer} ${deny.calls.join(',')} ` : '';
  const user = `setpriv --reuid ${ordinaryUser} --regid ${ordinaryUser} --clear-groups`;
  const script = ['set -e', ...setUp, `exec ${denied}${asRoot} ${user} ${asUser} env "$@"`].join('\n');
  const isolation = ['--mount', '--propagation', 'private'];
  return run('unshare', [...isolation, '/bin/sh', '-c', script, shortFolder(), program, ...args], {
    env: { ...env, ...conditionEnv },
  });
}
