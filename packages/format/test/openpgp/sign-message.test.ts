import { describeWith, sharedFolder } from '@appimage-js/testing';
import { type GpgKeyring, gpgKeyring } from '@appimage-js/testing/gpg-keyring';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeKeys, signMessage, verifyDetached } from '../../src/openpgp/index.ts';

const message = '5ad0e5a0'.repeat(8);
const bytes = new TextEncoder().encode(message);

describeWith(['gpg', 'gpgconf'], 'a signature made here', () => {
  const folder = sharedFolder();
  let author: GpgKeyring;
  let user: GpgKeyring;
  beforeAll(() => {
    author = gpgKeyring(folder, 'author');
    user = gpgKeyring(folder, 'user');
  });

  test.each(['rsa2048', 'ed25519', 'nistp256'])('with a key of %s is good to gpg', async (algorithm) => {
    const fingerprint = author.makeKey(`Author <${algorithm}@example.org>`, algorithm);
    const key = author.exportSecretKey(fingerprint);
    const { signature, publicKey } = await signMessage({ message, key });
    expect(signature.length).toBeLessThanOrEqual(1024); // what a runtime has room for
    expect(author.verify(bytes, signature)).toContain(`GOODSIG ${fingerprint.slice(-16)}`);
    expect(author.verify(new TextEncoder().encode(`${message}\n`), signature)).toContain('BADSIG');
    expect(await describeKeys(publicKey)).toMatchObject([
      { fingerprint, userIds: [`Author <${algorithm}@example.org>`] },
    ]);
    expect(publicKey).not.toContain('PRIVATE');
  });

  test('with a subkey, when that is for signatures, is good to gpg', async () => {
    const fingerprint = author.makeKey('Sub <sub@example.org>', 'rsa2048', { usage: 'cert' });
    author.gpg('--quick-add-key', fingerprint, 'ed25519', 'sign', 'never');
    const { signature, publicKey } = await signMessage({ message, key: author.exportSecretKey(fingerprint) });
    expect(author.verify(bytes, signature)).toContain('GOODSIG');
    const verdict = await verifyDetached({ message: bytes, signature, embeddedKey: publicKey });
    expect(verdict).toMatchObject({ state: 'good', key: { fingerprint } });
  });

  test('with a locked key needs the passphrase', async () => {
    const locked = ['--pinentry-mode', 'loopback', '--passphrase', 'correct horse'];
    const fingerprint = user.makeKey('Locked <locked@example.org>', 'ed25519', { args: locked });
    const key = user.gpg(...locked, '--armor', '--export-secret-keys', fingerprint);
    const { signature } = await signMessage({ message, key, passphrase: 'correct horse' });
    expect(user.verify(bytes, signature)).toContain('GOODSIG');
    await expect(signMessage({ message, key })).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(signMessage({ message, key, passphrase: 'wrong' })).rejects.toMatchObject({ code: 'not-permitted' });
  });

  test.each(['rsa2048', 'ed25519'])('with a key of %s is the same for the same time', async (algorithm) => {
    const fingerprint = author.makeKey(`Same <same-${algorithm}@example.org>`, algorithm);
    const key = author.exportSecretKey(fingerprint);
    const date = new Date(Date.now() + 60_000);
    const [first, second] = [await signMessage({ message, key, date }), await signMessage({ message, key, date })];
    expect(second).toEqual(first);
  });

  test('can not be had of a key that only encrypts', async () => {
    const fingerprint = author.makeKey('Encryptor <encryptor@example.org>', 'rsa2048', { usage: 'encr' });
    const key = author.exportSecretKey(fingerprint);
    await expect(signMessage({ message, key })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(signMessage({ message, key: author.exportKey(fingerprint) })).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

describe('without a key', () => {
  test.each([
    ['nothing', ''],
    ['words', 'no key'],
    ['bytes', new Uint8Array([0x99, 1, 2])],
  ])('%s signs nothing', async (_, key) => {
    await expect(signMessage({ message, key })).rejects.toMatchObject({ code: 'malformed' });
  });
});
