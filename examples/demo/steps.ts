import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

const cli = fileURLToPath(new URL('bin/appimage.js', import.meta.resolve('appimage-js/package.json')));

/** A step of the demo that did not work; what it printed is on the terminal already. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}

export function heading(text: string): void {
  process.stdout.write(`\n${styleText('bold', text)}\n`);
}

/** Shows and runs a command line of `appimage`, and answers its duration in milliseconds. */
export async function appimage(...args: readonly string[]): Promise<number> {
  showCommand('appimage', args);
  return await measure(process.execPath, [cli, ...args], 'inherit');
}

/** Shows and runs a program, and answers its duration in milliseconds. */
export async function run(program: string, args: readonly string[], { quietly = false } = {}): Promise<number> {
  if (!quietly) showCommand(program, args);
  return await measure(program, args, quietly ? 'ignore' : 'inherit');
}

function showCommand(program: string, args: readonly string[]): void {
  process.stdout.write(`\n${styleText('dim', `$ ${[program, ...args].join(' ')}`)}\n`);
}

function measure(program: string, args: readonly string[], stdout: 'inherit' | 'ignore'): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', stdout, 'inherit'] });
    child.once('error', (error) => reject(new DemoFailure(`Cannot run ${program}: ${error.message}`)));
    child.once('exit', (status, signal) => {
      if (status === 0) resolve(performance.now() - start);
      else reject(new DemoFailure(`${program} ended with ${signal ?? `status ${status}`}`));
    });
  });
}
