import { describeWith, sharedFolder } from '@appimage-js/testing';
import { type GpgKeyring, gpgKeyring } from '@appimage-js/testing/gpg-keyring';
import { beforeAll, expect, test } from 'vitest';
import { isSuccessor } from '../../src/openpgp/index.ts';

describeWith(['gpg', 'gpgconf'], 'a key succeeds another', () => {
  const folder = sharedFolder();
  let author: GpgKeyring;
  beforeAll(() => {
    author = gpgKeyring(folder, 'author');
  });
  const certify = (old: string, next: string) => author.gpg('--default-key', old, '--quick-sign-key', next);
  const succeeds = async (old: string, next: string, now = new Date()) =>
    isSuccessor({
      oldKey: author.exportKey(old),
      newKey: author.exportKey(next),
      fingerprint: next,
      now,
    });

  test('when that has certified it for the same address, and not before', async () => {
    const old = author.makeKey('Ada <ada@example.org>', 'rsa2048');
    const next = author.makeKey('Ada Lovelace <ADA@example.org>', 'ed25519');
    expect(await succeeds(old, next)).toBe(false);
    await certify(old, next);
    expect(await succeeds(old, next)).toBe(true);
    expect(await succeeds(next, old)).toBe(false);
  });

  test('not when that has certified it as the key of somebody else', async () => {
    const old = author.makeKey('Bob <bob@example.org>', 'ed25519');
    const friend = author.makeKey('Eve <eve@example.org>', 'ed25519');
    await certify(old, friend);
    expect(await succeeds(old, friend)).toBe(false);
  });

  test('also when that has expired since, but not by what it signed afterwards', async () => {
    const old = author.makeKey('Cyd <cyd@example.org>', 'ed25519', { expires: '2d' });
    const next = author.makeKey('Cyd new <cyd@example.org>', 'ed25519');
    await certify(old, next);
    expect(await succeeds(old, next, new Date(Date.now() + 30 * 86_400_000))).toBe(true);
  });

  test('not when that was revoked', async () => {
    const old = author.makeKey('Dan <dan@example.org>', 'ed25519');
    const next = author.makeKey('Dan new <dan@example.org>', 'ed25519');
    await certify(old, next);
    author.revokeKey(old);
    expect(await succeeds(old, next)).toBe(false);
  });

  test('not when that has taken the certification back', async () => {
    const old = author.makeKey('Fay <fay@example.org>', 'ed25519');
    const next = author.makeKey('Fay new <fay@example.org>', 'ed25519');
    await certify(old, next);
    expect(await succeeds(old, next)).toBe(true);
    author.edit(next, 'revsig', 'n', 'y', 'y', '0', '', 'y', 'save');
    expect(await succeeds(old, next)).toBe(false);
  });

  test('not by the fingerprint of another key', async () => {
    const old = author.makeKey('Hal <hal@example.org>', 'ed25519');
    const next = author.makeKey('Hal new <hal@example.org>', 'ed25519');
    await certify(old, next);
    const keys = { oldKey: author.exportKey(old), newKey: author.exportKey(next) };
    expect(await isSuccessor({ ...keys, fingerprint: old })).toBe(false);
  });
});
