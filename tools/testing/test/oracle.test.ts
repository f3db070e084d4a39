import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findTool, isThere, temporaryFolder } from '../src/index.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('a tool is the first executable file of that name on the PATH', () => {
  const [first, second] = [temporaryFolder(), temporaryFolder()];
  vi.stubEnv('PATH', `:/nowhere:${first}:${second}`);
  expect(findTool('tool')).toBeUndefined();
  writeFileSync(join(first, 'tool'), '', { mode: 0o644 });
  writeFileSync(join(second, 'tool'), '', { mode: 0o755 });
  expect(findTool('tool')).toBe(join(second, 'tool'));
  chmodSync(join(first, 'tool'), 0o755);
  expect(findTool('tool')).toBe(join(first, 'tool'));
});

test('an oracle is a program, a device, root, or what the test has looked for', () => {
  expect(isThere('sh')).toBe(true);
  expect(isThere('no-such-program')).toBe(false);
  expect(isThere('/dev/null')).toBe(true);
  expect(isThere('/dev/no-such-device')).toBe(false);
  expect(isThere({ name: 'anything', isThere: false })).toBe(false);
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  expect(isThere('root')).toBe(false);
  expect(isThere('kernel')).toBe(false);
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  expect(isThere('root')).toBe(true);
});
