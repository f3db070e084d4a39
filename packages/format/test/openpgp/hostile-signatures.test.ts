import { describeWith, sharedFolder } from '@appimage-js/testing';
import { gpgKeyring } from '@appimage-js/testing/gpg-keyring';
import { type Random, seededRandom } from '@appimage-js/testing/seeded-random';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeKeys, isSuccessor, verifyDetached } from '../../src/openpgp/index.ts';

const message = new TextEncoder().encode('5ad0e5a0'.repeat(8));
const seed = Number(process.env['TEST_SEED'] ?? 1);

describeWith(['gpg', 'gpgconf'], `signatures and keys with changed bytes (seed ${seed})`, () => {
  const folder = sharedFolder();
  let signature: Uint8Array;
  let key: Uint8Array;
  let fingerprint: string;
  beforeAll(() => {
    const author = gpgKeyring(folder, 'author');
    fingerprint = author.makeKey('Author <author@example.org>', 'ed25519');
    author.gpg('--quick-add-key', fingerprint, 'rsa2048', 'sign', 'never');
    signature = dearmor(author.sign(message, fingerprint));
    key = dearmor(author.exportKey(fingerprint));
  });

  test('are judged and never fail; no change of what is signed is good', async () => {
    const random = seededRandom(seed);
    expect(await verifyDetached({ message, signature, embeddedKey: key })).toMatchObject({ state: 'good' });
    for (let round = 0; round < 300; round++) {
      const verdict = await verifyDetached({
        message,
        signature: round % 3 === 0 ? signature : changed(signature, random),
        embeddedKey: round % 3 === 1 ? key : changed(key, random),
      });
      // Parts of both are not signed, such as hints at the key.
      if (verdict.state === 'good') expect(verdict.key?.fingerprint).toBe(fingerprint);
      const other = changed(message, random);
      expect(await verifyDetached({ message: other, signature, embeddedKey: key })).toMatchObject({ state: 'bad' });
    }
  });

  test('are keys, or an error that says that they are none', async () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 200; round++) {
      const material = changed(key, random);
      await describeKeys(material).catch((error: unknown) => expect(error).toMatchObject({ name: 'AppImageError' }));
      await isSuccessor({ oldKey: key, newKey: material, fingerprint }).then(
        (answer) => expect(answer).toBe(false),
        (error: unknown) => expect(error).toMatchObject({ name: 'AppImageError' }),
      );
    }
  });
});

describe('random bytes', () => {
  test('are neither signatures nor keys', async () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 200) }, () => random() * 256);
      const { state, key } = await verifyDetached({ message, signature: bytes, embeddedKey: bytes });
      expect({ isGood: state === 'good', key }).toEqual({ isGood: false, key: null });
    }
  });
});

/** With a few bytes changed, or cut off. */
function changed(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice(0, random() < 0.2 ? Math.floor(random() * bytes.length) : undefined);
  if (copy.length < bytes.length) return copy;
  const index = Math.floor(random() * copy.length);
  copy[index] = (copy[index] as number) ^ (1 + Math.floor(random() * 255));
  return copy;
}

function dearmor(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/-----.*|^=.*$/gm, ''), 'base64'));
}
