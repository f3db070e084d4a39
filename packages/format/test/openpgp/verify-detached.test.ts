import { describeWith, sharedFolder } from '@appimage-js/testing';
import { type GpgKeyring, gpgKeyring } from '@appimage-js/testing/gpg-keyring';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyDetached } from '../../src/openpgp/index.ts';

const message = new TextEncoder().encode('5ad0e5a0'.repeat(8));

describeWith(['gpg', 'gpgconf'], 'a signature that gpg made', () => {
  let author: GpgKeyring;
  beforeAll(() => {
    author = gpgKeyring(folder, 'author');
  });
  const folder = sharedFolder();

  test.each([
    ['rsa2048', 'rsa 2048'],
    ['rsa4096', 'rsa 4096'],
    ['ed25519', 'ed25519'],
    ['nistp256', 'ecdsa nistP256'],
    ['nistp384', 'ecdsa nistP384'],
  ])(
    'with a key of %s is good, for whom trusts the key and for whom has it from the image',
    async (algorithm, name) => {
      const userId = `Author ${algorithm} <${algorithm}@example.org>`;
      const fingerprint = author.makeKey(userId, algorithm);
      const signature = author.sign(message, fingerprint);
      const key = author.exportKey(fingerprint);
      expect(await verifyDetached({ message, signature, trustedKeys: [key] })).toMatchObject({
        state: 'good',
        key: {
          fingerprint,
          signerFingerprint: fingerprint,
          userIds: [userId],
          origin: 'given',
          algorithm: name,
          expiresAt: null,
        },
        issuers: [fingerprint.slice(-16)],
      });
      expect(await verifyDetached({ message, signature, embeddedKey: key })).toMatchObject({
        state: 'good',
        key: { origin: 'embedded' },
      });
      const other = new TextEncoder().encode('5ad0e5a1'.repeat(8));
      expect(await verifyDetached({ message: other, signature, trustedKeys: [key] })).toMatchObject({
        state: 'bad',
        key: { fingerprint },
      });
      expect(await verifyDetached({ message, signature })).toMatchObject({ state: 'key-missing', key: null });
    },
  );

  test('beside one by another key is found, whichever comes first: both are there while keys change', async () => {
    const one = author.makeKey('One <both@example.org>', 'ed25519');
    const other = author.makeKey('Other <both@example.org>', 'ed25519');
    const embeddedKey = [one, other].map((fingerprint) => author.exportKey(fingerprint)).join('\n');
    const signature = author.sign(message, one, '--local-user', other);
    for (const trusted of [one, other]) {
      const trustedKeys = [author.exportKey(trusted)];
      expect(await verifyDetached({ message, signature, trustedKeys, embeddedKey })).toMatchObject({
        state: 'good',
        key: { fingerprint: trusted, origin: 'given' },
      });
    }
  });

  test('as text, or in binary form, is good', async () => {
    const fingerprint = author.makeKey('Text <text@example.org>', 'ed25519');
    const embeddedKey = author.exportKey(fingerprint);
    const signature = author.sign(message, fingerprint, '--textmode');
    expect(await verifyDetached({ message, signature, embeddedKey })).toMatchObject({ state: 'good' });
    const packets = Buffer.from(signature.replace(/-----.*|^=.*$/gm, ''), 'base64');
    expect(await verifyDetached({ message, signature: packets, embeddedKey })).toMatchObject({ state: 'good' });
  });

  test('with a subkey is good, and names both', async () => {
    const fingerprint = author.makeKey('Sub <sub@example.org>', 'rsa3072', { usage: 'cert' });
    author.gpg('--quick-add-key', fingerprint, 'ed25519', 'sign', 'never');
    const signature = author.sign(message, fingerprint);
    const verdict = await verifyDetached({ message, signature, trustedKeys: [author.exportKey(fingerprint)] });
    expect(verdict).toMatchObject({ state: 'good', key: { fingerprint, algorithm: 'rsa 3072' } });
    expect(verdict.key?.signerFingerprint).not.toBe(fingerprint);
  });

  test('with a subkey that was revoked says so', async () => {
    const fingerprint = author.makeKey('Revoked sub <rsub@example.org>', 'rsa2048', { usage: 'cert' });
    author.gpg('--quick-add-key', fingerprint, 'rsa2048', 'sign', 'never');
    const signature = author.sign(message, fingerprint);
    author.edit(fingerprint, 'key 1', 'revkey', 'y', '0', '', 'y', 'save');
    const trustedKeys = [author.exportKey(fingerprint)];
    expect(await verifyDetached({ message, signature, trustedKeys })).toMatchObject({ state: 'key-revoked' });
  });

  test('with a key that has expired says so, until the owner extends it', async () => {
    const past = ['--faked-system-time', '20200101T000000!'];
    const fingerprint = author.makeKey('Old <old@example.org>', 'rsa2048', { expires: '1y', args: past });
    const signature = author.sign(message, fingerprint, ...past);
    const expired = author.exportKey(fingerprint);
    expect(await verifyDetached({ message, signature, trustedKeys: [expired] })).toMatchObject({
      state: 'key-expired',
      reason: 'The key has expired on 2020-12-31',
      key: { fingerprint, expiresAt: new Date('2020-12-31T00:00:00Z') },
    });
    const now = new Date('2020-06-01');
    expect(await verifyDetached({ message, signature, trustedKeys: [expired], now })).toMatchObject({ state: 'good' });
    expect(author.verify(message, signature)).toContain('EXPKEYSIG');

    author.gpg('--quick-set-expire', fingerprint, '20y');
    const extended = author.exportKey(fingerprint);
    expect(await verifyDetached({ message, signature, trustedKeys: [expired], embeddedKey: extended })).toMatchObject({
      state: 'good',
      key: { origin: 'given' },
    });
  });

  test('that has expired by itself says so', async () => {
    const past = ['--faked-system-time', '20200101T000000!'];
    const fingerprint = author.makeKey('Short <short@example.org>', 'rsa2048', { args: past });
    const signature = author.sign(message, fingerprint, ...past, '--default-sig-expire', '30d');
    const embeddedKey = author.exportKey(fingerprint);
    expect(await verifyDetached({ message, signature, embeddedKey })).toMatchObject({
      state: 'signature-expired',
      reason: 'The signature was valid until 2020-01-31',
    });
    expect(author.verify(message, signature)).toContain('EXPSIG');
  });

  test('with a key that was revoked says so, also when only the embedded key knows', async () => {
    const fingerprint = author.makeKey('Lost <lost@example.org>', 'ed25519');
    const signature = author.sign(message, fingerprint);
    const before = author.exportKey(fingerprint);
    author.revokeKey(fingerprint);
    const after = author.exportKey(fingerprint);
    expect(await verifyDetached({ message, signature, embeddedKey: after })).toMatchObject({ state: 'key-revoked' });
    expect(await verifyDetached({ message, signature, trustedKeys: [before], embeddedKey: after })).toMatchObject({
      state: 'key-revoked',
    });
    expect(author.verify(message, signature)).toContain('REVKEYSIG');
  });

  test.each([
    ['SHA1', 'SHA-1'],
    ['RIPEMD160', 'RIPEMD-160'],
  ])('over %s is weak', async (digest, hash) => {
    const fingerprint = author.makeKey(`Weak ${digest} <${digest}@example.org>`, 'rsa2048');
    const signature = author.sign(message, fingerprint, '--digest-algo', digest);
    const embeddedKey = author.exportKey(fingerprint);
    expect(await verifyDetached({ message, signature, embeddedKey })).toMatchObject({
      state: 'weak-hash',
      hash,
      key: { fingerprint },
    });
    const changed = new Uint8Array(message).fill(0x30, 0, 1);
    expect(await verifyDetached({ message: changed, signature, embeddedKey })).toMatchObject({ state: 'bad' });
  });

  test.each([
    ['rsa1024', 'shorter than 2047 bits'],
    ['dsa1024', 'too weak'],
  ])('with a key of %s is of an unfit key', async (algorithm, reason) => {
    const fingerprint = author.makeKey(`Small ${algorithm} <${algorithm}@example.org>`, algorithm);
    const signature = author.sign(message, fingerprint, '--digest-algo', 'SHA256');
    const embeddedKey = author.exportKey(fingerprint);
    const verdict = await verifyDetached({ message, signature, embeddedKey });
    expect(verdict).toMatchObject({ state: 'key-unfit', reason: expect.stringContaining(reason) });
  });

  test('of the empty message says nothing', async () => {
    const fingerprint = author.makeKey('Empty <empty@example.org>', 'rsa2048');
    const signature = author.sign(new Uint8Array(0), fingerprint);
    const embeddedKey = author.exportKey(fingerprint);
    expect(await verifyDetached({ message, signature, embeddedKey })).toMatchObject({ state: 'signed-nothing' });
  });

  test('dated in days to come is not valid yet', async () => {
    const future = ['--faked-system-time', '20500101T000000!'];
    const fingerprint = author.makeKey('Future <future@example.org>', 'rsa2048');
    const signature = author.sign(message, fingerprint, ...future);
    const embeddedKey = author.exportKey(fingerprint);
    expect(await verifyDetached({ message, signature, embeddedKey })).toMatchObject({ state: 'not-yet-valid' });
  });

  test('beside one of another key is good when one of the two is', async () => {
    const one = author.makeKey('One <one@example.org>', 'ed25519');
    const two = author.makeKey('Two <two@example.org>', 'ed25519');
    const signature = author.sign(message, one, '--local-user', two);
    const verdict = await verifyDetached({ message, signature, trustedKeys: [author.exportKey(two)] });
    expect(verdict).toMatchObject({ state: 'good', key: { fingerprint: two } });
  });

  test('names only those users whom the key has signed', async () => {
    const fingerprint = author.makeKey('True <true@example.org>', 'ed25519');
    const signature = author.sign(message, fingerprint);
    const stranger = author.makeKey('Forged <forged@example.org>', 'ed25519');
    const [key, other] = await Promise.all(
      [author.exportKey(fingerprint), author.exportKey(stranger)].map(async (text) => dearmor(await text)),
    );
    const forgedName = userIdPacket(other as Buffer);
    const embeddedKey = Buffer.concat([key as Buffer, forgedName]);
    expect((await verifyDetached({ message, signature, embeddedKey })).key?.userIds).toEqual([
      'True <true@example.org>',
    ]);
  });
});

function dearmor(text: string): Buffer {
  return Buffer.from(text.replace(/-----.*|^=.*$/gm, ''), 'base64');
}

/** The packet of tag 13 in an exported key, with a header of the old form. */
function userIdPacket(key: Buffer): Buffer {
  const start = key.indexOf('Forged <');
  const end = key.indexOf('>', start) + 1;
  return Buffer.concat([Buffer.from([0xb4, end - start]), key.subarray(start, end)]);
}

describe('what is no signature', () => {
  test.each([
    ['nothing', ''],
    ['words', 'no signature'],
    ['a key of zeros', '\0\0\0\0'],
    ['armor around nothing', '-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----'],
    ['armor that is cut off', '-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0WIQ'],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('is told from one: %s', async (_, signature) => {
    expect(await verifyDetached({ message, signature })).toMatchObject({ state: 'unrecognized', key: null });
    const bytes = new TextEncoder().encode(signature);
    expect(await verifyDetached({ message, signature: bytes, embeddedKey: bytes })).toMatchObject({ key: null });
  });

  test('is an error where a trusted key should be', async () => {
    await expect(verifyDetached({ message, signature: '', trustedKeys: ['no key'] })).rejects.toMatchObject({
      code: 'malformed',
    });
    await expect(verifyDetached({ message, signature: '', trustedKeys: ['x'.repeat(300_000)] })).rejects.toMatchObject({
      code: 'limit',
    });
  });
});
