import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { findOnPath, runTool } from '../../../src/node/dwarfs/run-tool.ts';
import { collect } from '../../support/trees.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a program on the PATH', () => {
  test('is the first that can be run; relative folders are not looked into', () => {
    const folder = temporaryFolder();
    for (const name of ['one', 'two', 'three']) mkdirSync(join(folder, name));
    for (const name of ['one/tool', 'two/tool', 'three/tool']) writeFileSync(join(folder, name), '');
    chmodSync(join(folder, 'two/tool'), 0o755);
    chmodSync(join(folder, 'three/tool'), 0o755);
    vi.stubEnv(
      'PATH',
      [
        '',
        '.',
        'relative',
        join(folder, 'missing'),
        join(folder, 'one'),
        join(folder, 'two'),
        join(folder, 'three'),
      ].join(delimiter),
    );
    expect(findOnPath('tool')).toBe(join(folder, 'two/tool'));
    expect(findOnPath('other')).toBeUndefined();
  });

  test('is nowhere without a PATH', () => {
    vi.stubEnv('PATH', undefined);
    expect(findOnPath('sh')).toBeUndefined();
  });
});

describeWith(['sh'], 'a program that is run', () => {
  const shell = (script: string, options = {}) => runTool('/bin/sh', ['-c', script], options);

  test('gives what it prints', async () => {
    expect(Buffer.from(await collect(shell('printf "one\\ntwo"; echo complaint >&2'))).toString()).toBe('one\ntwo');
  });

  test('takes names of any bytes', async () => {
    expect(Buffer.from(await collect(shell('printf %s "$LC_ALL"'))).toString()).toBe('C.UTF-8');
  });

  test.each([
    ['echo first >&2; printf "last\\033[1m\\n\\n" >&2; exit 3', 'status 3, last [1m'],
    ['exit 1', 'status 1'],
    ['kill -TERM $$', 'SIGTERM'],
  ])('and fails (%s) says so with its last words', async (script, reason) => {
    await expect(collect(shell(script))).rejects.toMatchObject({
      code: 'unsupported',
      message: `Cannot read DwarFS image: sh ended with ${reason}`,
    });
  });

  test('that is not there is unsupported', async () => {
    await expect(collect(runTool('/missing/tool', []))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('ENOENT'),
    });
  });

  test('is killed when nobody wants more of it', async () => {
    let pid = 0;
    for await (const piece of shell('echo $$; exec sleep 60')) {
      pid = Number.parseInt(Buffer.from(piece).toString(), 10);
      break;
    }
    expect(pid).toBeGreaterThan(1);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('is killed when the caller gives up, before and meanwhile', async () => {
    const reason = new Error('given up');
    await expect(collect(shell('true', { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of shell('echo start; exec sleep 60', { signal: controller.signal })) controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });
});
