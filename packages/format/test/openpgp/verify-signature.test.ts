import { describeWith, sharedFolder } from '@appimage-js/testing';
import { type GpgKeyring, gpgKeyring } from '@appimage-js/testing/gpg-keyring';
import { beforeAll, describe, expect, test } from 'vitest';
import { bufferSource } from '../../src/io/byte-source.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { signMessage, verifySignature } from '../../src/openpgp/index.ts';
import { signedMessage } from '../../src/signature/index.ts';
import { makeRuntime, type SectionContents } from '../signature/make-runtime.ts';

async function image(contents: SectionContents = {}) {
  const { bytes, elf } = await makeRuntime(contents);
  return { bytes, elf, source: bufferSource(bytes), shImg: undefined };
}

async function messageOf(contents: SectionContents = {}): Promise<string> {
  const { source, elf } = await image(contents);
  return signedMessage(source, elf);
}

describe('of an image without a signature', () => {
  test.each([
    ['nothing in its sections', {}, 'unsigned'],
    ['no such sections', { signature: undefined, key: undefined }, 'unsigned'],
    ['something else in them', { signature: 'no signature' }, 'unrecognized'],
    ['a digest that is not its own', { signature: '0'.repeat(64) }, 'bad'],
  ])('with %s is said what there is', async (_, contents, state) => {
    expect(await verifySignature(await image(contents))).toMatchObject({ state, key: null });
  });

  test('with its own digest is said that anybody can write one', async () => {
    expect(await verifySignature(await image({ signature: await messageOf() }))).toMatchObject({
      state: 'bare-digest',
    });
  });
});

describeWith(['gpg', 'gpgconf'], 'of a signed image', () => {
  const folder = sharedFolder();
  let author: GpgKeyring;
  let fingerprint: string;
  let key: string;
  beforeAll(async () => {
    author = gpgKeyring(folder, 'author');
    fingerprint = author.makeKey('Author <author@example.org>', 'rsa2048');
    key = author.exportKey(fingerprint);
  });
  const sign = async (message: string) => author.sign(new TextEncoder().encode(message), fingerprint);

  test('gpg made is good, by the key in it or by one that is trusted', async () => {
    const signature = await sign(await messageOf());
    const signed = await image({ signature, key });
    expect(await verifySignature(signed, { hashes: nodeHashes })).toMatchObject({
      state: 'good',
      key: { fingerprint, origin: 'embedded' },
    });
    expect(await verifySignature(signed, { trustedKeys: [key] })).toMatchObject({
      state: 'good',
      key: { origin: 'given' },
    });
    expect(await verifySignature(await image({ signature }))).toMatchObject({ state: 'key-missing' });
    expect(await verifySignature(await image({ signature }), { trustedKeys: [key] })).toMatchObject({ state: 'good' });
  });

  test('is bad when a byte has changed', async () => {
    const { bytes, elf, ...rest } = await image({ signature: await sign(await messageOf()), key });
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(await verifySignature({ ...rest, elf })).toMatchObject({ state: 'bad' });
  });

  test('that signs nothing, as go-appimage has made them, is told', async () => {
    expect(await verifySignature(await image({ signature: await sign(''), key }))).toMatchObject({
      state: 'signed-nothing',
    });
  });

  test('made here is good', async () => {
    const { signature, publicKey } = await signMessage({
      message: await messageOf(),
      key: author.exportSecretKey(fingerprint),
    });
    const verdict = await verifySignature(await image({ signature, key: publicKey }));
    expect(verdict).toMatchObject({ state: 'good', hash: 'SHA-512', reason: 'Signed by Author <author@example.org>' });
  });
});
