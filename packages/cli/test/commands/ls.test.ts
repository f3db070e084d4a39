import { join } from 'node:path';
import { decodeFileName } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { appimage, shellCommand } from '../support/appimage.ts';
import { directory, file, symlink, writeImage } from '../support/images.ts';

const LONG_NAME = 'n'.repeat(255);

const tree = {
  bin: directory({ run: file('#!/bin/sh\n', 0o4755) }),
  empty: directory({}),
  link: symlink('bin/run'),
  'two\nlines': file('x'.repeat(1500)),
  'it\'s a "name" \\ with \x1b[31m': file(''),
  [decodeFileName(Uint8Array.of(0x63, 0xe9))]: file('latin1'),
  [LONG_NAME]: file('long'),
};

describe('appimage ls', () => {
  test('lists everything, a line each, directories with a slash', async () => {
    const image = await writeImage(join(temporaryFolder(), 'odd names.squashfs'), tree);
    expect(await appimage(['ls', image])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: [
        'bin/',
        'bin/run',
        String.raw`c\xe9`,
        'empty/',
        String.raw`it's a "name" \\ with \x1b[31m`,
        'link',
        LONG_NAME,
        String.raw`two\nlines`,
        '',
      ].join('\n'),
    });
  });

  test('tells modes, owners, sizes, times and targets with --long', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), tree);
    const { stdout } = await appimage(['ls', '-l', image]);
    expect(stdout.replace(LONG_NAME, 'LONG_NAME')).toMatchInlineSnapshot(`
      "drwxr-xr-x 0/0             0 B 2023-11-14 22:13 bin
      -rwsr-xr-x 0/0            10 B 2023-11-14 22:13 bin/run
      -rw-r--r-- 0/0             6 B 2023-11-14 22:13 c\\xe9
      drwxr-xr-x 0/0             0 B 2023-11-14 22:13 empty
      -rw-r--r-- 0/0             0 B 2023-11-14 22:13 it's a "name" \\\\ with \\x1b[31m
      lrwxrwxrwx 0/0             7 B 2023-11-14 22:13 link -> bin/run
      -rw-r--r-- 0/0             4 B 2023-11-14 22:13 LONG_NAME
      -rw-r--r-- 0/0          1.5 kB 2023-11-14 22:13 two\\nlines
      "
    `);
  });

  test('prints an object a line with --json', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), tree);
    const { stdout } = await appimage(['ls', '--json', image]);
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries).toHaveLength(8);
    expect(entries.slice(0, 3)).toEqual([
      { path: 'bin', type: 'directory', size: 0, mode: 0o755, mtime: 1_700_000_000, target: null },
      { path: 'bin/run', type: 'file', size: 10, mode: 0o4755, mtime: 1_700_000_000, target: null },
      { path: 'c\udce9', type: 'file', size: 6, mode: 0o644, mtime: 1_700_000_000, target: null },
    ]);
    expect(entries.find(({ path }) => path === 'link')).toMatchObject({ type: 'symlink', size: 7, target: 'bin/run' });
  });

  test('lists a directory, one level of it, or a file', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), {
      a: directory({ b: directory({ c: file('') }) }),
    });
    expect((await appimage(['ls', image, 'a'])).stdout).toBe('a/b/\na/b/c\n');
    expect((await appimage(['ls', image, '/a/', '--shallow'])).stdout).toBe('a/b/\n');
    expect((await appimage(['ls', image, 'a/b/c'])).stdout).toBe('a/b/c\n');
  });

  test('tells a path that is not there', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), tree);
    expect(await appimage(['ls', image, 'nope'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `appimage: ${image}: Cannot find "nope" in the image: there is no such file\n`,
    });
  });

  test('ends quietly when nobody reads on', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => [`file-${index}`, file('')] as const);
    const image = await writeImage(join(temporaryFolder(), 'many.squashfs'), Object.fromEntries(names));
    const command = `${shellCommand('ls', '--json', image)} | head -n 1; echo "status \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await execa('bash', ['-c', command], { reject: false });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\{"path":"file-0",.*\}\nstatus 0$/);
  });

  test('fails when the output can not be written', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), tree);
    const { exitCode, stderr } = await execa('sh', ['-c', `${shellCommand('ls', image)} > /dev/full`], {
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^appimage: Cannot write to standard output: .*the disk is full.*$/);
  });
});
