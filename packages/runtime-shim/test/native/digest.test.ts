import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, appImageWith, placeOfUser, runtime, shortFolder } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { run } from './run.ts';
import { fillSection } from './sections.ts';

const uid = ordinaryUser;
const offset = readFileSync(runtime).length;

/** SHA-256 of what the superblock says is the payload. */
function digestOf(image: string): Buffer {
  const file = readFileSync(image);
  const used = Number(file.readBigUInt64LE(offset + 40));
  return createHash('sha256')
    .update(file.subarray(offset, offset + used))
    .digest();
}

async function withDigest(image: string, digest = digestOf(image)): Promise<string> {
  await fillSection(image, '.payload_sha256', digest);
  return image;
}

function flipByte(image: string, at: number): void {
  const file = readFileSync(image);
  file[at] = (file[at] ?? 0) ^ 0xff;
  writeFileSync(image, file);
}

/** Two images of the same size and the same tables, one byte of whose contents differs. */
async function twins(): Promise<[one: string, other: string]> {
  const noise = randomBytes(1_000_000);
  const one = await appImage('cksum < "$APPDIR/noise"', { noise }, { mksquashfs: ['-noD', '-no-fragments'] });
  const other = join(shortFolder(), 'other.AppImage');
  copyFileSync(one, other);
  flipByte(other, readFileSync(one).indexOf(noise.subarray(500_000, 500_032)));
  const superblock = (image: string) => readFileSync(image).subarray(offset, offset + 96);
  expect(superblock(other)).toEqual(superblock(one));
  return [one, other];
}

function notes(cache: string): number {
  return readdirSync(cache).filter((name) => name.endsWith('.seen')).length;
}

function trees(cache: string): string[] {
  return readdirSync(cache).filter((name) => !name.includes('.'));
}

describeWith(['mksquashfs', 'readelf'], '--appimage-verify', () => {
  test('says that the payload is as it was built', async () => {
    const image = await withDigest(await appImage('', { big: randomBytes(3_000_000) }));
    expect(await run(image, ['--appimage-verify'], { uid })).toMatchObject({
      status: 0,
      stdout: `sha256 ${digestOf(image).toString('hex')}: the payload is as it was built\n`,
      stderr: '',
    });
  });

  test('tells one changed byte, wherever it is, and which digests there are', async () => {
    const image = await withDigest(await appImage('', { big: randomBytes(100_000) }));
    const good = digestOf(image).toString('hex');
    const { length } = readFileSync(image);
    const used = Number(readFileSync(image).readBigUInt64LE(offset + 40));
    expect(used).toBeLessThanOrEqual(length - offset);
    for (const at of [offset + 8, offset + 5000, offset + used - 1]) {
      const changed = join(shortFolder(), 'changed.AppImage');
      copyFileSync(image, changed);
      flipByte(changed, at);
      const result = await run(changed, ['--appimage-verify'], { uid });
      expect(result).toMatchObject({ status: 1, stdout: '' });
      expect(result.stderr).toBe(
        `AppImage: the payload of ${changed} is damaged or was changed: its sha256 is ${digestOf(changed).toString('hex')}, and ${good} is embedded\n`,
      );
    }
  });

  test('says when no digest is embedded, and which one there would be', async () => {
    const image = await appImage('');
    const result = await run(image, ['--appimage-verify'], { uid });
    expect(result).toMatchObject({ status: 3, stdout: `sha256 ${digestOf(image).toString('hex')}\n` });
    expect(result.stderr).toBe(`AppImage: cannot verify ${image}: no digest of the payload is embedded in it\n`);
  });

  test('tells a file that is cut off', async () => {
    const image = await withDigest(await appImage('', { big: randomBytes(100_000) }));
    truncateSync(image, offset + 50_000);
    const result = await run(image, ['--appimage-verify'], { uid });
    expect(result).toMatchObject({ status: 1, signal: null, stdout: '' });
    expect(result.stderr).toMatch(/^AppImage: the payload of .* is damaged: .*truncated/);
  });

  test('works for TARGET_APPIMAGE by that one’s digest, never by its own', async () => {
    const target = await withDigest(await appImage('echo target'));
    const helper = await withDigest(await appImage('echo helper'));
    const env = { TARGET_APPIMAGE: target };
    expect((await run(helper, ['--appimage-verify'], { uid, env })).status).toBe(0);
    const inScript = { ...env, TARGET_APPIMAGE_OFFSET: String(offset) };
    expect((await run(helper, ['--appimage-verify'], { uid, env: inScript })).status).toBe(3);
    const other = await appImage('echo another runtime');
    expect((await run(helper, ['--appimage-verify'], { uid, env: { TARGET_APPIMAGE: other } })).status).toBe(3);
  });

  test.each([0, 1, 55, 56, 63, 64, 65, 119, 262_143, 262_144, 262_145, 1_000_003])(
    'makes of a payload %i bytes longer what SHA-256 makes of it',
    async (more) => {
      const payload = readFileSync(await appImage('')).subarray(offset);
      const used = Number(payload.readBigUInt64LE(40));
      const longer = Buffer.concat([payload.subarray(0, used), randomBytes(more)]);
      longer.writeBigUInt64LE(BigInt(longer.length), 40);
      const image = appImageWith(longer);
      expect((await run(image, ['--appimage-verify'], { uid })).stdout).toBe(
        `sha256 ${digestOf(image).toString('hex')}\n`,
      );
    },
  );
});

describeWith(['mksquashfs', 'readelf'], 'the extraction cache, with an embedded digest', () => {
  test('hashes the first file of an image only', async () => {
    const image = await withDigest(await appImage('stat -c %i "$APPDIR/AppRun"'));
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    const first = await run(image, ['--appimage-extract-and-run'], { uid, env });
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(notes(cache)).toBe(1);
    const copy = join(shortFolder(), 'copy.AppImage');
    copyFileSync(image, copy);
    expect((await run(copy, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe(first.stdout);
    // What has been hashed is noted.
    expect(notes(cache)).toBe(1);
    expect(trees(cache)).toHaveLength(1);
  });

  test('takes no tree of another image whose digest was left in a runtime that is used again', async () => {
    const first = await withDigest(await appImage('echo first'));
    const second = await appImage('echo the second one is longer');
    await withDigest(second, digestOf(first));
    const { env, home } = placeOfUser();
    expect((await run(first, ['--appimage-extract-and-run'], { uid, env })).stdout).toBe('first\n');
    const result = await run(second, ['--appimage-extract-and-run'], { uid, env });
    expect(result.stdout).toBe('the second one is longer\n');
    expect(result.stderr).toBe(
      `AppImage: the payload of ${second} does not have the digest that is embedded: it is damaged or was changed; see --appimage-verify\n`,
    );
    // Told once; it is known from then on.
    expect(await run(second, ['--appimage-extract-and-run'], { uid, env })).toMatchObject({
      stderr: '',
      stdout: result.stdout,
    });
    expect(trees(join(home, '.cache/appimage'))).toHaveLength(2);
  });

  test('enters no tree under a digest that lies, even of an image with the same tables', async () => {
    const [honest, liar] = await twins();
    await withDigest(honest);
    await withDigest(liar, digestOf(honest));
    const { env } = placeOfUser();
    const lied = await run(liar, ['--appimage-extract-and-run'], { uid, env });
    const told = await run(honest, ['--appimage-extract-and-run'], { uid, env });
    expect(lied.stderr).toContain('does not have the digest that is embedded');
    expect(told).toMatchObject({ status: 0, stderr: '' });
    expect(told.stdout).not.toBe(lied.stdout);
  });

  test('extracts and hashes again when its tree is gone or damaged', async () => {
    const image = await withDigest(await appImage('echo whole'));
    const { env, home } = placeOfUser();
    const cache = join(home, '.cache/appimage');
    await run(image, ['--appimage-extract-and-run'], { uid, env });
    for (const damage of [
      'rm -f "$0/AppRun"',
      'chmod -R u+w "$0"; rm -r "$0"',
      'chmod -R u+w "$0"; rm -r "$0" "$0".*',
    ]) {
      const [key] = trees(cache);
      await run('/bin/sh', ['-c', `chmod u+w "$0"; ${damage}`, join(cache, key ?? '')], { uid });
      expect(await run(image, ['--appimage-extract-and-run'], { uid, env })).toMatchObject({
        stdout: 'whole\n',
        stderr: '',
      });
      expect(trees(cache)).toEqual([key]);
    }
  });
});

describeWith(['mksquashfs', 'readelf', 'fusermount3', '/dev/fuse'], 'the packager’s way to mount', () => {
  const script = 'case $APPDIR in *.mount_*) echo mounted;; */appimage/*) echo extracted;; *) echo "$APPDIR";; esac';
  async function packaged(word: string): Promise<string> {
    const image = await appImage(script);
    await fillSection(image, '.mount_mode', word);
    return image;
  }

  test('is taken first, and the user’s word beats it', async () => {
    const image = await packaged('extract');
    const { env } = placeOfUser();
    expect((await run(image, [], { uid, env })).stdout).toBe('extracted\n');
    for (const word of ['auto', 'fusermount'])
      expect((await run(image, [], { uid, env: { ...env, APPIMAGE_MOUNT: word } })).stdout).toBe('mounted\n');
    const other = await packaged('fusermount');
    expect((await run(other, [], { uid, env: { ...env, APPIMAGE_EXTRACT_AND_RUN: '1' } })).stdout).toBe('extracted\n');
  });

  test('is a wish: where it does not work, the application starts all the same', async () => {
    const image = await packaged('fusermount');
    const { env } = placeOfUser();
    const without = { ...env, FUSERMOUNT_PROG: '/bin/false' };
    expect(await run(image, [], { uid, env: without })).toMatchObject({ status: 0, stderr: '' });
    // The user's word is none: it is obeyed or refused.
    const strict = await run(image, [], { uid, env: { ...without, APPIMAGE_MOUNT: 'fusermount' } });
    expect(strict).toMatchObject({ status: 127, stdout: '' });
  });

  test.each(['', 'auto', 'of-the-future', 'sixteen-letters!'])('means nothing when it is %j', async (word) => {
    const { env } = placeOfUser();
    expect(await run(await packaged(word), [], { uid, env })).toMatchObject({ stdout: 'mounted\n', stderr: '' });
  });

  testWith(['readelf'], 'is that of the image that is started', async () => {
    const target = await packaged('extract');
    const helper = await packaged('');
    const { env } = placeOfUser();
    expect((await run(helper, [], { uid, env: { ...env, TARGET_APPIMAGE: target } })).stdout).toBe('extracted\n');
    const inScript = { ...env, TARGET_APPIMAGE: target, TARGET_APPIMAGE_OFFSET: String(offset) };
    chmodSync(target, 0o755);
    expect((await run(target, [], { uid, env: inScript })).stdout).toBe('mounted\n');
  });
});
