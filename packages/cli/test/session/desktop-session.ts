import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run, temporaryFolder } from '@appimage-js/testing';
import { onTestFinished } from 'vitest';

/** A screen of the session: three bytes a pixel. */
export interface Screenshot {
  readonly width: number;
  readonly pixels: Uint8Array;
}

/** A desktop without anything to see it on: an X server, a session bus and a window manager, until the test is finished. */
export interface DesktopSession {
  /** Of every program in it, and nothing else of the surroundings. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a program in it to its end and answers what it printed. */
  run(...command: readonly [string, ...string[]]): string;
  /** Starts a program in it, which is ended with the session. */
  start(...command: readonly [string, ...string[]]): ChildProcess;
  screenshot(): Screenshot;
}

/** The programs that a session is made of. */
export const SESSION_PROGRAMS = [
  'Xvfb',
  'dbus-daemon',
  'openbox',
  'jgmenu',
  'xwd',
  'xwdtopnm',
  'pamdepth',
  'xdotool',
  'xmessage',
  'xprop',
  'xsetroot',
] as const;

/** Starts a session for a home. */
export async function startSession(
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<DesktopSession> {
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children.toReversed()) await end(child);
  });
  const begin = (command: readonly string[], env: NodeJS.ProcessEnv) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  };
  const runtime = temporaryFolder();
  const env: Record<string, string> = {
    HOME: home,
    PATH: process.env['PATH'] ?? '',
    XDG_RUNTIME_DIR: runtime,
    LC_ALL: 'C.UTF-8',
    ...environment,
  };
  const screen = begin(['Xvfb', '-displayfd', '1', '-screen', '0', '640x400x24', '-nolisten', 'tcp'], env);
  env['DISPLAY'] = `:${await firstLine(screen)}`;
  const bus = begin(['dbus-daemon', '--session', '--nofork', '--print-address=1'], env);
  env['DBUS_SESSION_BUS_ADDRESS'] = await firstLine(bus);
  begin(['openbox', '--sm-disable'], env).stdout?.resume();
  const command = (words: readonly string[]) =>
    run('env', ['-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...words]);
  await waitFor(() => command(['xprop', '-root', '_NET_SUPPORTING_WM_CHECK']).includes('window id'));
  command(['xsetroot', '-solid', '#31475c']);
  return {
    env,
    run: (...words) => command(words),
    start: (...words) => {
      const child = begin(words, env);
      child.stdout?.resume();
      return child;
    },
    screenshot: () => {
      const file = join(runtime, 'screen.xwd');
      command(['xwd', '-root', '-silent', '-out', file]);
      const picture = Buffer.from(run('sh', ['-c', 'xwdtopnm "$1" 2> /dev/null | pamdepth 255', 'sh', file]), 'latin1');
      rmSync(file);
      const [header, width] = /^P6\s+(\d+)\s+\d+\s+255\s/.exec(picture.toString('latin1', 0, 40)) ?? [];
      if (header === undefined) throw new Error('Cannot read the screen: expected a PPM with 8 bits a color');
      if (process.env['SCREENSHOTS'] !== undefined)
        writeFileSync(join(process.env['SCREENSHOTS'], `screen-${Date.now()}.ppm`), picture);
      return { width: Number(width), pixels: picture.subarray(header.length) };
    },
  };
}

/** The middle of all pixels of about one color, and how many there are. */
export function findColor(
  { width, pixels }: Screenshot,
  color: readonly [number, number, number],
): { readonly count: number; readonly x: number; readonly y: number } {
  let [count, x, y] = [0, 0, 0];
  for (let index = 0; index + 2 < pixels.length; index += 3) {
    if (!color.every((part, at) => Math.abs((pixels[index + at] as number) - part) < 12)) continue;
    count += 1;
    x += (index / 3) % width;
    y += Math.floor(index / 3 / width);
  }
  return { count, x: Math.round(x / count), y: Math.round(y / count) };
}

/** Waits until something is so, as in a session everything takes its time. */
export async function waitFor(isSo: () => boolean, milliseconds = 15_000): Promise<void> {
  const last = performance.now() + milliseconds;
  while (true) {
    try {
      if (isSo()) return;
    } catch (error) {
      if (performance.now() > last) throw error;
    }
    if (performance.now() > last) throw new Error(`Waited in vain for ${isSo}`);
    await delay(50);
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (bytes) => {
    text += bytes;
  });
  await Promise.race([waitFor(() => text.includes('\n')), once(child, 'exit')]);
  return text.split('\n', 1)[0] ?? '';
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await Promise.race([exit, delay(2000).then(() => child.kill('SIGKILL'))]);
}
