import { expect, test } from 'vitest';
import { threadOptions } from '../../src/node/thread-options.ts';

test('a thread gets the options of its process, but not how a program without a file is to be read', () => {
  expect(threadOptions(['--conditions=x', '--input-type=module', '--no-warnings'])).toEqual([
    '--conditions=x',
    '--no-warnings',
  ]);
  expect(threadOptions(['--input-type', 'module', '--no-warnings'])).toEqual(['--no-warnings']);
});
