import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launchDetached, planLaunch, readHost, readImage } from '../src/index.ts';
import { writeAppImage } from './write-app-image.ts';

async function planned(script: string) {
  const folder = temporaryFolder();
  const file = await writeAppImage(join(folder, 'x.AppImage'), script);
  return { folder, file, plan: planLaunch({ file, image: await readImage(file), host: readHost() }) };
}

async function eventually<Value>(ask: () => Value): Promise<NonNullable<Value>> {
  const deadline = Date.now() + 60_000;
  while (true) {
    const value = ask();
    if (value !== undefined && value !== null && value !== '') return value as NonNullable<Value>;
    if (Date.now() > deadline) throw new Error('It did not come');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe('launchDetached', () => {
  test('leaves the application in a session of its own, without a terminal and input', async () => {
    const { folder, plan } = await planned(
      'read -r line; echo "line: $line"; ps -o sid= -p $$ >"$OWD/told"; exec sleep 600',
    );
    const { pid } = await launchDetached({ ...plan, cwd: folder }, { log: join(folder, 'log') });
    onTestFinished(() => void process.kill(pid));
    const session = await eventually(() => readOrNothing(join(folder, 'told')).trim());
    expect(Number(session)).toBe(pid);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('line: \n');
  });

  test('answers the status of one that is finished with its work', async () => {
    const { plan } = await planned('exit 0');
    expect(await launchDetached(plan, { settle: 60_000 })).toEqual({ pid: expect.any(Number), status: 0 });
  });

  test('tells with what status it failed, and what it said', async () => {
    const { file, plan } = await planned('echo "no display" >&2; exit 5');
    await expect(launchDetached(plan, { settle: 60_000 })).rejects.toMatchObject({
      code: 'io',
      message: `Cannot start ${file}: it ended with status 5; no display`,
    });
  });

  test('tells that it could not be started at all', async () => {
    const plan = { command: '/nowhere/runtime', argv0: 'x', args: [], env: {}, cwd: '/' };
    await expect(launchDetached(plan)).rejects.toMatchObject({ code: 'io', path: '/nowhere/runtime' });
  });

  test('refuses a log that can not be written', async () => {
    const { plan } = await planned('exit 0');
    await expect(launchDetached(plan, { log: '/nowhere/log' })).rejects.toMatchObject({
      code: 'io',
      path: '/nowhere/log',
    });
  });
});
