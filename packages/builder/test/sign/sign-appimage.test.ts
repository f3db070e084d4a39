import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findSection } from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { verifySignature } from '@appimage-js/format/openpgp';
import { elfRuntimePath } from '@appimage-js/runtime-shim';
import { describeWith, sharedFolder, temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gnupgSigner, keySigner, removeSignature, type Signer, signAppImage } from '../../src/index.ts';

const home = join(sharedFolder(), 'gnupg');
const gpg = (...args: readonly string[]) =>
  execa('gpg', ['--homedir', home, '--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', '', ...args]);
let secretKey: string;

/** A runtime and a payload that is none: signatures do not look into it. */
function unsigned(): string {
  const file = join(temporaryFolder(), 'App.AppImage');
  copyFileSync(elfRuntimePath('x86_64'), file);
  writeFileSync(file, Buffer.alloc(300_000, 'payload'), { flag: 'a' });
  chmodSync(file, 0o750);
  return file;
}

async function verdict(file: string, trustedKeys: readonly string[] = []) {
  await using image = await openAppImage(file);
  return await verifySignature(image, { trustedKeys: [...trustedKeys] });
}

/** The contents of both sections, and what is signed, without any code of ours but the place of the sections. */
async function byHand(file: string): Promise<{ signature: string; key: string; message: string }> {
  await using image = await openAppImage(file);
  const bytes = readFileSync(file);
  const [signature, key] = ['.sha256_sig', '.sig_key'].map((name) => {
    const { offset, size } = findSection(image.elf as never, name) as { offset: number; size: number };
    const text = bytes
      .subarray(offset, offset + size)
      .toString('latin1')
      .replace(/\0+$/, '');
    bytes.fill(0, offset, offset + size);
    return text;
  });
  return { signature: String(signature), key: String(key), message: createHash('sha256').update(bytes).digest('hex') };
}

describeWith(['gpg'], 'an AppImage', () => {
  beforeAll(async () => {
    mkdirSync(home, { mode: 0o700 });
    await gpg('--quick-generate-key', 'Ada <ada@example.org>', 'ed25519', 'sign', 'never');
    secretKey = (await gpg('--armor', '--export-secret-keys', 'ada@example.org')).stdout;
  });
  afterAll(() => execa('gpgconf', ['--homedir', home, '--kill', 'all']));

  test('is signed where a symlink leads to it, and the symlink stays', async () => {
    const file = unsigned();
    const link = join(temporaryFolder(), 'latest.AppImage');
    symlinkSync(file, link);
    const signed = await signAppImage(link, keySigner({ key: secretKey }));
    expect(signed.path).toBe(realpathSync(file));
    expect(readlinkSync(link)).toBe(file);
    expect(await verdict(file)).toMatchObject({ state: 'good' });
  });

  const signers: ReadonlyArray<readonly [string, () => Signer]> = [
    ['GnuPG', () => gnupgSigner({ homeDirectory: home, keyId: 'ada@example.org' })],
    ['a key in memory', () => keySigner({ key: secretKey })],
  ];

  test.each(signers)('signed by %s is good for gpg over the message that is computed by hand', async (_, signer) => {
    const file = unsigned();
    const { path, size } = await signAppImage(file, signer());
    expect({ path, size }).toEqual({ path: file, size: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o750);
    expect(readdirSync(join(file, '..'))).toEqual(['App.AppImage']);

    const { signature, key, message } = await byHand(file);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'signature.asc'), signature);
    writeFileSync(join(folder, 'message'), message);
    const { stderr } = await gpg('--verify', join(folder, 'signature.asc'), join(folder, 'message'));
    expect(stderr).toContain('Good signature from "Ada <ada@example.org>"');
    expect(key).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
    expect(await verdict(file, [key])).toMatchObject({ state: 'good', key: { origin: 'given' } });
  });

  test('that was signed before is signed anew, and unsigned again to the byte', async () => {
    const file = unsigned();
    const before = readFileSync(file);
    await signAppImage(file, keySigner({ key: secretKey }));
    const again = await signAppImage(file, gnupgSigner({ homeDirectory: home }), { digestMd5: true });
    expect((await verdict(file)).state).toBe('good');
    expect((await byHand(file)).signature).toBe(again.signature);
    await removeSignature(file);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect((await verdict(file)).state).toBe('unsigned');
  });

  test.each([0, 2, 40, 200_000, 600_000])('is bad once the byte at %i has changed', async (offset) => {
    const file = unsigned();
    await signAppImage(file, keySigner({ key: secretKey }));
    const bytes = readFileSync(file);
    bytes[offset] = (bytes[offset] as number) ^ 1;
    writeFileSync(file, bytes);
    const { state } = await verdict(file).catch((error: unknown) => ({ state: String(error) }));
    expect(state).not.toBe('good');
  });

  test('goes to another file where that is asked for, and the first stays as it is', async () => {
    const file = unsigned();
    const before = readFileSync(file);
    const output = join(temporaryFolder(), 'Signed.AppImage');
    expect((await signAppImage(file, keySigner({ key: secretKey }), { output })).path).toBe(output);
    expect((await verdict(output)).state).toBe('good');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('is not touched when the key can not be had', async () => {
    const file = unsigned();
    const before = readFileSync(file);
    const failing = gnupgSigner({ homeDirectory: home, keyId: 'nobody@example.org' });
    await expect(signAppImage(file, failing)).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringContaining('No secret key'),
    });
    await expect(signAppImage(file, gnupgSigner({ program: 'no-such-gpg' }))).rejects.toMatchObject({
      message: expect.stringContaining('install GnuPG'),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(join(file, '..'))).toEqual(['App.AppImage']);
  });

  test('is signed with a locked key by its passphrase, and not without', async () => {
    await execa('gpg', [
      ...['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', 'open sesame'],
      ...['--quick-generate-key', 'Locked <locked@example.org>', 'ed25519', 'sign', 'never'],
    ]);
    const file = unsigned();
    await execa('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
    const signer = (passphrase: string) =>
      gnupgSigner({ homeDirectory: home, keyId: 'locked@example.org', passphrase });
    await expect(signAppImage(file, signer('wrong'))).rejects.toMatchObject({ code: 'not-permitted' });
    await signAppImage(file, signer('open sesame'));
    expect(await verdict(file)).toMatchObject({ state: 'good', key: { userIds: ['Locked <locked@example.org>'] } });
  });
});

describe('a file that can not be signed', () => {
  test.each([
    ['that is no AppImage', Buffer.from('#!/bin/sh\n'), 'AppImage of type 2'],
    ['that is empty', Buffer.alloc(0), 'AppImage of type 2'],
  ])('because %s is left alone', async (_, content, message) => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, content);
    await expect(signAppImage(file, keySigner({ key: 'none' }))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(message),
    });
    expect(readFileSync(file).equals(content)).toBe(true);
  });
});
