import { readFileSync } from 'node:fs';
import { confinerPath } from '@appimage-js/runtime-shim';
import { findTool, isThere, type Oracle } from '@appimage-js/testing';
import { chooseMechanism } from '../../src/mechanism/choose.ts';
import type { Confinement } from '../../src/mechanism/confinement.ts';
import { readMechanisms } from '../../src/mechanism/facts.ts';
import type { Mechanism } from '../../src/mechanism/mechanism.ts';

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i686', arm: 'armhf' };
const confiner = confinerPath(machines[process.arch] ?? process.arch);

/** What confining takes. */
export const needs: readonly Oracle[] = [
  { name: 'a built confiner', isThere: isThere(confiner) },
  { name: 'bwrap', isThere: findTool('bwrap') !== undefined },
];

/** A mechanism of this host by its name. */
export async function mechanismNamed(prefer: Mechanism['name']): Promise<Mechanism> {
  return chooseMechanism(await readMechanisms(), { prefer });
}

/** A sandbox with the host's programs, in which a shell runs a script. */
export function shellPlan(script: string, more: Partial<Confinement> = {}): Confinement {
  const { arguments: words = [], ...rest } = more;
  return {
    arguments: [
      ...['--unshare-user', '--unshare-all', '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin'],
      ...['--ro-bind', '/usr', '/usr', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
      ...['bin', 'lib', 'lib64', 'sbin'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
      ...words,
    ],
    files: {},
    command: ['/bin/sh', '-c', script],
    seccomp: {},
    landlock: {},
    ...rest,
  };
}

/** Whether a process is there and has not ended. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits until none of these processes is there any more. */
export async function untilEnded(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 10));
}
