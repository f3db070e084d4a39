import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { readBoundedFile } from '../../src/node/read-bounded-file.ts';

describe('readBoundedFile', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])(
    'reads %i bytes, and no byte more than is allowed',
    async (size) => {
      const path = join(temporaryFolder(), 'file');
      const content = Buffer.alloc(size, 'content');
      writeFileSync(path, content);
      expect(Buffer.compare(await readBoundedFile(path, size), content)).toBe(0);
      writeFileSync(path, Buffer.alloc(size + 1));
      await expect(readBoundedFile(path, size)).rejects.toMatchObject({ code: 'limit', path });
    },
  );

  test('reads a pipe to its end', async () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    spawn('sh', ['-c', '{ printf one; sleep 0.05; printf two; } > "$0"', path]);
    expect(Buffer.from(await readBoundedFile(path, 6)).toString()).toBe('onetwo');
  });

  test('ends within a device that has no end', async () => {
    await expect(readBoundedFile('/dev/zero', 1_000_000)).rejects.toMatchObject({ code: 'limit' });
  });

  test('says why the system refuses', async () => {
    await expect(readBoundedFile('/nowhere', 10)).rejects.toMatchObject({
      code: 'io',
      message: 'Cannot read /nowhere: there is no such file or directory (ENOENT)',
    });
    await expect(readBoundedFile('/', 10)).rejects.toMatchObject({ message: expect.stringContaining('EISDIR') });
  });

  test('stops when it is told to', async () => {
    await expect(readBoundedFile('/dev/zero', 1e9, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});
