import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { AppImageError } from '@appimage-js/format';
import { type ConfinedProcess, type Mechanism, spawnConfined } from '../../mechanism/index.ts';
import type { ConfinementHost } from '../host/confinement-host.ts';
import { newAuthority } from '../host/x-authority.ts';
import type { NestedServerPlan } from '../plan/confinement-plan.ts';
import { firstByte } from './first-byte.ts';

/** By which the server says that its socket is there. */
const READY_DESCRIPTOR = 3;

const COOKIE_SIZE = 16;

/** Of the start, what an X server needs to show its window. */
const VARIABLES = ['DISPLAY', 'XAUTHORITY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'HOME', 'PATH', 'LANG'];

/**
 * Starts an X server in a window of the user's session, and waits until clients can connect. It sees the whole host, as any program of the
 * user's, but ends with this process.
 *
 * @throws AppImageError `io` when it does not start
 */
export async function startNestedServer(
  plan: NestedServerPlan,
  { environment }: ConfinementHost,
  mechanism: Mechanism,
): Promise<AsyncDisposable> {
  writeFileSync(plan.authority, newAuthority(plan.number, randomBytes(COOKIE_SIZE)), { mode: 0o600 });
  const variables = VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : ['--setenv', name, value];
  });
  const server = spawnConfined(
    {
      arguments: ['--unshare-user', '--dev-bind', '/', '/', '--clearenv', ...variables, '--chdir', '/'],
      files: {},
      command: [plan.program, ...plan.args, '-displayfd', String(READY_DESCRIPTOR)],
      seccomp: {},
      landlock: false,
    },
    mechanism,
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const { child, ended } = server;
  const complaint = child.stderr === null ? '' : text(child.stderr).catch(() => '');
  if (await Promise.race([firstByte(child.stdio[READY_DESCRIPTOR]), ended.then(() => false)])) return ending(server);
  const reason = (await complaint).trim().slice(-1000) || 'it has ended at once';
  throw new AppImageError('io', `Cannot start ${plan.program}: ${reason}`, { path: plan.program });
}

function ending({ kill, ended }: ConfinedProcess): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      kill('SIGTERM');
      await ended;
    },
  };
}
