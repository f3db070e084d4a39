import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, sharedFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

const folder = sharedFolder();
const home = join(folder, 'gnupg');
const [secret, known, stranger] = ['secret.asc', 'public.asc', 'stranger.asc'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

async function makeKey(name: string): Promise<void> {
  const options = ['--homedir', home, '--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', ''];
  const armored = async (...args: readonly string[]) => {
    const { stdout } = await execa('gpg', [...options, '--armor', ...args, name]);
    return `${stdout}\n`;
  };
  await execa('gpg', [...options, '--quick-generate-key', name, 'ed25519', 'sign', 'never']);
  if (name.startsWith('Ada')) {
    writeFileSync(secret, await armored('--export-secret-keys'));
    writeFileSync(known, await armored('--export'));
  } else {
    writeFileSync(stranger, await armored('--export'));
  }
}

async function built(name: string, ...options: readonly string[]): Promise<string> {
  const file = join(folder, `${name}.AppImage`);
  const appDir = join(folder, `${name}.AppDir`);
  mkdirSync(appDir);
  probeAppDir(appDir);
  const args = ['build', appDir, '--arch', 'x86_64', '--level', '1', '-o', file, ...options];
  const { status, stderr } = await appimage(args);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return file;
}

const verdict = async (file: string, ...options: readonly string[]) => {
  const { status, stdout } = await appimage(['verify', '--json', file, ...options]);
  return { status, ...JSON.parse(stdout) };
};

describeWith(['gpg'], 'appimage sign and verify', () => {
  beforeAll(async () => {
    mkdirSync(home, { mode: 0o700 });
    await makeKey('Ada <ada@example.org>');
    await makeKey('Eve <eve@example.org>');
  });
  afterAll(() => execa('gpgconf', ['--homedir', home, '--kill', 'all']));

  test('a file without a signature is told as such, with the status 1', async () => {
    expect(await verdict(await built('unsigned'))).toMatchObject({ status: 1, state: 'unsigned', trusted: false });
  });

  test('an image is signed when it is built, and again by another way', async () => {
    const file = await built('built', '--key', secret);
    expect(await verdict(file)).toMatchObject({ status: 0, state: 'good', key: { origin: 'embedded' } });
    const signed = await appimage(['sign', file, '--gpg-key', 'eve@example.org'], { env: { GNUPGHOME: home } });
    expect(signed).toMatchObject({ status: 0, stdout: `Signed ${file}\n`, stderr: '' });
    expect(await verdict(file, '--key', stranger)).toMatchObject({
      status: 0,
      trusted: true,
      key: { origin: 'given', userIds: ['Eve <eve@example.org>'] },
    });
  });

  test('a good signature by a key that is not among the trusted ones is none', async () => {
    const file = await built('stranger', '--key', secret);
    expect(await verdict(file, '--key', stranger)).toMatchObject({ status: 1, state: 'good', trusted: false });
    const { status, stdout } = await appimage(['verify', file, '--key', stranger]);
    expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringContaining('not among those') });
  });

  test('the key may come from the environment', async () => {
    const file = await built('environment');
    const env = { APPIMAGE_SIGNING_KEY: readFileSync(secret, 'utf8') };
    expect(await appimage(['sign', file], { env })).toMatchObject({ status: 0 });
    expect(await verdict(file, '--key', known)).toMatchObject({ status: 0, trusted: true });
    expect(await appimage(['sign', file, '--remove'])).toMatchObject({ status: 0 });
    expect(await verdict(file)).toMatchObject({ status: 1, state: 'unsigned' });
  });

  test('a changed byte makes it bad', async () => {
    const file = await built('changed', '--key', secret);
    const bytes = readFileSync(file);
    bytes[bytes.length - 100] = 0x55;
    writeFileSync(file, bytes);
    expect(await verdict(file)).toMatchObject({ status: 1, state: 'bad' });
  });

  test.each([
    [['--key', known], 1, /not of type private key/],
    [['--key', 'no-such-file'], 1, /Cannot read no-such-file: there is no such file/],
    [['--key', secret, '--gpg-key', 'x'], 2, /cannot be used with/],
  ])('%j is an error, and the file stays unsigned', async (options, expected, message) => {
    const file = await built(`refused-${options.length}-${options[1]?.length}`);
    const { status, stderr } = await appimage(['sign', file, ...options]);
    expect({ status, stderr }).toEqual({ status: expected, stderr: expect.stringMatching(message) });
    expect(await verdict(file)).toMatchObject({ state: 'unsigned' });
  });
});
