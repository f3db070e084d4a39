import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

test('the example of the README does what it says', () => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${PACKAGE}/README.md`, 'utf8')) ?? [];
  const conditions = ['--conditions=@appimage-js/source', '--input-type=module-typescript'];
  const output = execFileSync(process.execPath, [...conditions, '--no-warnings', '-'], {
    cwd: PACKAGE,
    env: { ...process.env, NODE_OPTIONS: '' },
    input: example,
    encoding: 'utf8',
  });
  expect(output).toBe('hello.txt: 13 bytes\n');
});
