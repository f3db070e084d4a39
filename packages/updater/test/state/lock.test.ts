import { once } from 'node:events';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/state/lock.ts';

const MODULE = new URL('../../src/state/lock.ts', import.meta.url).href;

/** Starts a process that takes a lock and keeps it. */
function holdLock(name: string) {
  const code = `
    import { acquireLock } from ${JSON.stringify(MODULE)};
    const lock = await acquireLock(${JSON.stringify(name)}, { purpose: 'test' });
    console.log('held');
    setInterval(() => lock, 1000);`;
  const args = ['--conditions=@appimage-js/source', '--no-warnings', '--input-type=module-typescript', '-'];
  return execa(process.execPath, args, { input: code, reject: false, env: { NODE_OPTIONS: '' } });
}

describe('a lock', () => {
  test('is had by one at a time, and by another once it is given back', async () => {
    const name = `test-${crypto.randomUUID()}`;
    {
      await using _lock = await acquireLock(name, { purpose: 'test' });
      await expect(acquireLock(name, { purpose: 'test' })).rejects.toMatchObject({
        code: 'not-permitted',
        message: 'Cannot start test: another one is under way',
      });
      await using _other = await acquireLock(`${name}-other`, { purpose: 'test' });
    }
    await using _again = await acquireLock(name, { purpose: 'test' });
  });

  test('is waited for, as long as one likes', async () => {
    const name = `test-${crypto.randomUUID()}`;
    const first = await acquireLock(name, { purpose: 'test' });
    const second = acquireLock(name, { purpose: 'test', waitMilliseconds: 60_000 });
    await first[Symbol.asyncDispose]();
    await using _second = await second;
    const signal = AbortSignal.timeout(20);
    await expect(acquireLock(name, { purpose: 'test', waitMilliseconds: 60_000, signal })).rejects.toThrow(/abort/i);
  });

  test('ends with the process that has it, however that ends', async () => {
    const name = `test-${crypto.randomUUID()}`;
    const holder = holdLock(name);
    await once(holder.stdout as NodeJS.ReadableStream, 'data');
    await expect(acquireLock(name, { purpose: 'test' })).rejects.toMatchObject({ code: 'not-permitted' });
    holder.kill('SIGKILL');
    await holder;
    await using _lock = await acquireLock(name, { purpose: 'test' });
  });

  test('is had by one of many who want it', async () => {
    const name = `test-${crypto.randomUUID()}`;
    const wanted = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(name, { purpose: 'test' })));
    expect(wanted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of wanted) if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]();
  });
});
