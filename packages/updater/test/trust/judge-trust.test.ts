import { signMessage, verifyDetached } from '@appimage-js/format/openpgp';
import { describeWith, sharedFolder } from '@appimage-js/testing';
import { type GpgKeyring, gpgKeyring } from '@appimage-js/testing/gpg-keyring';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeTrust, type PinnedKey, parseFingerprint } from '../../src/index.ts';

const message = new TextEncoder().encode('5ad0e5a0'.repeat(8));
const past = ['--faked-system-time', '20200101T000000!'];

describeWith(['gpg', 'gpgconf'], 'a new version', () => {
  const folder = sharedFolder();
  let author: GpgKeyring;
  const keys: Record<'own' | 'other' | 'next' | 'expired' | 'revoked', string> = {
    own: '',
    other: '',
    next: '',
    expired: '',
    revoked: '',
  };
  beforeAll(() => {
    author = gpgKeyring(folder, 'author');
    keys.own = author.makeKey('Ada <ada@example.org>', 'rsa2048');
    keys.other = author.makeKey('Eve <eve@example.org>', 'rsa2048');
    keys.next = author.makeKey('Ada new <ada@example.org>', 'ed25519');
    author.gpg('--default-key', keys.own, '--quick-sign-key', keys.next);
    author.gpg('--default-key', keys.own, '--quick-sign-key', keys.other);
    keys.expired = author.makeKey('Old <old@example.org>', 'rsa2048', { expires: '1y', args: past });
    keys.revoked = author.makeKey('Lost <lost@example.org>', 'ed25519');
  });

  /** What is found in an image that somebody signed so. */
  function signedBy(
    fingerprint: string,
    { args = [] as readonly string[], content = message, trusted = keys.own } = {},
  ) {
    const signature = author.sign(content, fingerprint, ...args);
    return verifyDetached({
      message,
      signature,
      embeddedKey: author.exportKey(fingerprint),
      trustedKeys: [author.exportKey(trusted)],
    });
  }

  const unsigned = {
    state: 'unsigned',
    reason: 'There is no signature',
    key: null,
    issuers: [],
    signedAt: null,
    hash: null,
  } as const;
  const now = new Date();

  function pinOf(fingerprint: string, weakHash = false): PinnedKey {
    const armored = author.exportKey(fingerprint);
    return { fingerprint, userIds: ['Somebody'], armored, weakHash, pinnedAt: now.toISOString(), predecessors: [] };
  }

  const judge = (candidate: Parameters<typeof judgeTrust>[0]['candidate'], pinned?: PinnedKey, acceptedKey?: string) =>
    judgeTrust({ candidate, pinned, installed: undefined, acceptedKey });

  test('of the pinned key is good', async () => {
    expect(await judge(await signedBy(keys.own), pinOf(keys.own))).toMatchObject({
      state: 'good',
      accepted: true,
      reason: `Signed by Somebody (${keys.own})`,
      pin: { fingerprint: keys.own, userIds: ['Ada <ada@example.org>'] },
    });
  });

  test('of another key is refused, unless the user accepts just that one', async () => {
    const candidate = await signedBy(keys.other);
    expect(await judge(candidate, pinOf(keys.own))).toMatchObject({
      state: 'key-changed',
      accepted: false,
      pin: null,
      reason: `Expected a signature of Somebody (${keys.own}), found one of Eve <eve@example.org> (${keys.other})`,
    });
    expect(await judge(candidate, pinOf(keys.own), keys.next)).toMatchObject({ state: 'key-changed', accepted: false });
    expect(await judge(candidate, pinOf(keys.own), keys.other)).toMatchObject({
      state: 'key-succeeded',
      accepted: true,
      pin: { fingerprint: keys.other, predecessors: [keys.own] },
    });
  });

  test('of a key that the pinned one has certified for the same address is accepted, and that key is pinned', async () => {
    expect(await judge(await signedBy(keys.next), pinOf(keys.own))).toMatchObject({
      state: 'key-succeeded',
      accepted: true,
      pin: { fingerprint: keys.next, predecessors: [keys.own] },
    });
  });

  test('without a signature is refused where there was one', async () => {
    expect(await judge(unsigned, pinOf(keys.own))).toMatchObject({ state: 'no-longer-signed', accepted: false });
    const empty = await signedBy(keys.own, { content: new Uint8Array(0) });
    expect(empty.state).toBe('signed-nothing');
    expect(await judge(empty, pinOf(keys.own))).toMatchObject({ state: 'no-longer-signed', accepted: false });
  });

  test('without a signature stays one where there was none', async () => {
    expect(await judge(unsigned)).toMatchObject({ state: 'unsigned', accepted: true, pin: null });
    expect(await judge(unsigned, undefined, keys.own)).toMatchObject({ state: 'key-changed', accepted: false });
  });

  test('that is signed for the first time is accepted, and its key is pinned', async () => {
    expect(await judge(await signedBy(keys.other))).toMatchObject({
      state: 'newly-signed',
      accepted: true,
      pin: { fingerprint: keys.other, weakHash: false },
    });
  });

  test('whose signature is of something else is refused, pinned or not', async () => {
    const candidate = await signedBy(keys.own, { content: new Uint8Array(64) });
    expect(await judge(candidate, pinOf(keys.own))).toMatchObject({ state: 'bad', accepted: false });
    expect(await judge(candidate)).toMatchObject({ state: 'bad', accepted: false });
    expect(await judge(candidate, pinOf(keys.own), keys.own)).toMatchObject({ state: 'bad', accepted: false });
  });

  test('of a pinned key that has expired is refused, unless the user accepts just that', async () => {
    const candidate = await signedBy(keys.expired, { args: past, trusted: keys.expired });
    expect(await judge(candidate, pinOf(keys.expired))).toMatchObject({ state: 'expired', accepted: false });
    expect(await judge(candidate, pinOf(keys.expired), keys.expired)).toMatchObject({ state: 'good', accepted: true });
  });

  test('of a key that was revoked is refused', async () => {
    const signature = author.sign(message, keys.revoked);
    const before = author.exportKey(keys.revoked);
    author.revokeKey(keys.revoked);
    const candidate = await verifyDetached({
      message,
      signature,
      embeddedKey: author.exportKey(keys.revoked),
      trustedKeys: [before],
    });
    const pinned = { ...pinOf(keys.own), fingerprint: keys.revoked, armored: before };
    expect(await judge(candidate, pinned)).toMatchObject({ state: 'bad', accepted: false });
    expect(await judge(candidate, pinned, keys.revoked)).toMatchObject({ state: 'bad', accepted: false });
  });

  test('over SHA-1 is accepted as long as the key has never done better', async () => {
    const candidate = await signedBy(keys.own, { args: ['--digest-algo', 'SHA1'] });
    expect(await judge(candidate)).toMatchObject({ state: 'newly-signed', pin: { weakHash: true } });
    expect(await judge(candidate, pinOf(keys.own, true))).toMatchObject({ state: 'good', pin: { weakHash: true } });
    expect(await judge(await signedBy(keys.own), pinOf(keys.own, true))).toMatchObject({
      state: 'good',
      pin: { weakHash: false },
    });
    expect(await judge(candidate, pinOf(keys.own, false))).toMatchObject({ state: 'bad', accepted: false });
    const worse = await signedBy(keys.own, { args: ['--digest-algo', 'RIPEMD160'] });
    expect(await judge(worse, pinOf(keys.own, true))).toMatchObject({ state: 'bad', accepted: false });
  });

  test('without the key that signed it is refused where one is pinned', async () => {
    const candidate = await verifyDetached({ message, signature: author.sign(message, keys.other) });
    expect(await judge(candidate, pinOf(keys.own))).toMatchObject({ state: 'key-changed', accepted: false });
  });

  test('is held to the key of the installed version where nothing is pinned', async () => {
    const installed = await signedBy(keys.own);
    const candidate = await signedBy(keys.other);
    expect(await judgeTrust({ pinned: undefined, installed, candidate })).toMatchObject({ state: 'key-changed' });
    expect(await judgeTrust({ pinned: undefined, installed, candidate: unsigned })).toMatchObject({
      state: 'no-longer-signed',
    });
    expect(await judgeTrust({ pinned: undefined, installed, candidate: installed })).toMatchObject({
      state: 'good',
      pin: { fingerprint: keys.own },
    });
    const broken = await signedBy(keys.own, { content: new Uint8Array(64) });
    expect(await judgeTrust({ pinned: undefined, installed: broken, candidate })).toMatchObject({
      state: 'newly-signed',
    });
  });

  test('is good when it was signed here', async () => {
    const { signature, publicKey } = await signMessage({ message, key: author.exportSecretKey(keys.own) });
    const candidate = await verifyDetached({ message, signature, embeddedKey: publicKey });
    expect(await judge(candidate, pinOf(keys.own))).toMatchObject({ state: 'good' });
  });
});

describe('a fingerprint', () => {
  test('of a key that the user accepts must be whole', () => {
    expect(parseFingerprint('0x5ced 2ea7 0091 337a 53fc  ad9a b127 5cbe 4d8b ffa3')).toBe(
      '5CED2EA70091337A53FCAD9AB1275CBE4D8BFFA3',
    );
    expect(() => parseFingerprint('B1275CBE4D8BFFA3')).toThrow(RangeError);
  });
});
