import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { exitStatus, outputOf, run } from '../src/process.js';

const options = { environment: process.env, root: '/' };

test('a status is handed on, a signal is 128 and its number, a missing program is 127', async () => {
  expect(await run('sh', ['-c', 'exit 3'], options)).toBe(3);
  expect(await run('sh', ['-c', 'kill -TERM $$'], options)).toBe(143);
  expect(await run('no-such-program', [], options)).toBe(127);
});

test('output is stdout alone, and nothing when the program fails', async () => {
  expect(await outputOf('sh', ['-c', 'echo warning >&2; echo 1.2.3'], options)).toBe('1.2.3');
  expect(await outputOf('sh', ['-c', 'echo 1.2.3; exit 1'], options)).toBeUndefined();
});

test('without a signal the status stays as it is', () => {
  expect(exitStatus(3)).toBe(3);
});

test('a signal ends the child first, and starts no other', async () => {
  const module = JSON.stringify(new URL('../src/process.js', import.meta.url).href);
  const script = `
    const { exitStatus, installSignalHandlers, run } = await import(${module});
    installSignalHandlers();
    const options = { environment: process.env, root: '/' };
    const shell = 'trap "echo child ended; exit 0" TERM; echo child began; while :; do sleep 0.05; done';
    const first = await run('sh', ['-c', shell], options).catch((error) => error.message);
    const second = await run('echo', ['never'], options).catch((error) => error.message);
    console.log(first, second);
    process.exitCode = exitStatus(0);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of parent.stdout.setEncoding('utf8')) {
    output += text;
    if (text.includes('child began')) parent.kill('SIGTERM');
  }
  if (parent.exitCode === null) await once(parent, 'exit');
  expect(output).toBe('child began\nchild ended\nInterrupted Interrupted\n');
  expect(parent.exitCode).toBe(143);
});
