import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { compiled } from './host-conditions.ts';
import { run } from './run.ts';

describeWith(['clang'], 'a process that reads an image', () => {
  test.each(['read', 'memory'])('may go on to use: %s', async (what) => {
    expect(await run(compiled('confined'), [what], { input: 'x' })).toMatchObject({ status: 0, stdout: 'done' });
  });

  test.each([
    'open',
    'executable memory',
    'memory made executable',
    'process',
    'program',
    'socket',
    'signal',
    'unmount',
    'trace',
  ])('may not: %s', async (what) => {
    const result = await run(compiled('confined'), [what]);
    expect(result).toMatchObject({ status: 0, stdout: 'Operation not permitted' });
  });
});

describeWith(
  ['clang', { name: 'an x86_64 processor', isThere: process.arch === 'x64' }],
  'a process that reads an image',
  () => {
    test.each(['x32 call', 'call of 32 bits'])('dies of a call by another interface: %s', async (what) => {
      expect(await run(compiled('confined'), [what])).toMatchObject({ status: null, signal: 'SIGSYS', stdout: '' });
    });
  },
);
