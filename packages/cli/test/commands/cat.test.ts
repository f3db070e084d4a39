import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeFileName } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { appimage, shellCommand } from '../support/appimage.ts';
import { directory, file, symlink, writeImage } from '../support/images.ts';

describe('appimage cat', () => {
  test('prints files byte for byte, one after the other, and follows symlinks', async () => {
    const bytes = randomBytes(300_000);
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), {
      dir: directory({ data: file(bytes) }),
      link: symlink('dir/../dir/data'),
      text: file('text\n'),
    });
    const { stdout, exitCode } = await execa('sh', ['-c', shellCommand('cat', image, 'text', 'link')], {
      encoding: 'buffer',
      stripFinalNewline: false,
    });
    expect(exitCode).toBe(0);
    expect(Buffer.compare(stdout, Buffer.concat([Buffer.from('text\n'), bytes]))).toBe(0);
  });

  test('takes paths as they are and as ls prints them', async () => {
    const names = ['two\nlines', 'back\\slash', decodeFileName(Uint8Array.of(0xe9)), '--option'];
    const entries = names.map((name, index) => [name, file(String(index))] as const);
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), Object.fromEntries(entries));
    const listed = (await appimage(['ls', image])).stdout.trimEnd().split('\n');
    expect(listed).toHaveLength(4);
    expect((await appimage(['cat', image, '--', ...listed])).stdout.split('').sort()).toEqual(['0', '1', '2', '3']);
    expect((await appimage(['cat', image, 'two\nlines', 'back\\slash'])).stdout).toBe('01');
  });

  test.each([
    ['a directory', 'dir', 'expected a file, found a directory'],
    ['a symlink that leads out of the image', 'out', 'it leads out of the image'],
    ['symlinks in a circle', 'loop', 'more than 40 symlinks'],
  ])('refuses %s', async (_, path, message) => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), {
      dir: directory({}),
      out: symlink('../../etc/passwd'),
      loop: symlink('loop'),
    });
    const { status, stdout, stderr } = await appimage(['cat', image, path]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('says which file in the image is damaged, and where', async () => {
    const image = await writeImage(join(temporaryFolder(), 'flip'), { flip: file('a'.repeat(200_000)) });
    const bytes = readFileSync(image);
    bytes.fill(0xff, 102, 110); // the first block of data follows the superblock and the compressor's options
    writeFileSync(image, bytes);
    const { status, stderr } = await appimage(['cat', 'flip', 'flip'], { cwd: dirname(image) });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^appimage: flip: Cannot read "flip" in the image: file data at offset 102: the image is damaged, .*\n$/,
    );
    const { error } = JSON.parse((await appimage(['cat', image, 'flip', '--json'])).stderr);
    expect(error).toMatchObject({ code: 'malformed', offset: 102, path: 'flip' });
  });

  test('ends quietly when nobody reads on', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), { big: file(randomBytes(4_000_000)) });
    const command = `${shellCommand('cat', image, 'big')} | head -c 10 | wc -c; echo "status \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await execa('bash', ['-c', command], { reject: false });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: '10\nstatus 0', stderr: '' });
  });
});
