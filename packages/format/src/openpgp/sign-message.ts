import { config, createMessage, decryptKey, type PrivateKey, readPrivateKeys, sign } from 'openpgp';
import { AppImageError } from '../errors.ts';
import { armoredText, type KeyMaterial, reasonOf } from './read-keys.ts';

/** What {@link signMessage} signs, and with which key. */
export interface SignMessageOptions {
  /** A string is signed as its UTF-8 bytes, without a line's end. */
  readonly message: Uint8Array | string;
  /** A private key, ASCII-armored or binary; the first, where there are several. */
  readonly key: KeyMaterial;
  /** For a key that is locked. */
  readonly passphrase?: string;
  /** The time in the signature. Default: the time of the clock. */
  readonly date?: Date;
}

/** A detached signature and the public key that verifies it, both ASCII-armored: what `.sha256_sig` and `.sig_key` hold. */
export interface SignedMessage {
  readonly signature: string;
  readonly publicKey: string;
}

/**
 * Signs bytes with the key's newest signing subkey, or with the key itself where it has none. With a `date` and a key of RSA or
 * Ed25519, the same input gives the same signature.
 *
 * @throws AppImageError `malformed` when there is no private key, `not-permitted` when it is locked and the passphrase missing or
 *   wrong, `unsupported` when it can not sign
 */
export async function signMessage({
  message: content,
  key,
  passphrase,
  date = new Date(),
}: SignMessageOptions): Promise<SignedMessage> {
  const privateKey = await unlock(await readPrivateKey(key), passphrase);
  const binary = new Uint8Array(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  const message = await createMessage({ binary });
  const settings = { ...config, nonDeterministicSignaturesViaNotation: false };
  const signature = await sign({ message, signingKeys: privateKey, detached: true, date, config: settings }).catch(
    (cause: unknown) => {
      throw new AppImageError('unsupported', `Cannot sign with OpenPGP key: ${reasonOf(cause)}`, { cause });
    },
  );
  return { signature, publicKey: privateKey.toPublic().armor() };
}

async function readPrivateKey(key: KeyMaterial): Promise<PrivateKey> {
  const text = armoredText(key);
  const keys = await (text === undefined
    ? readPrivateKeys({ binaryKeys: key as Uint8Array })
    : readPrivateKeys({ armoredKeys: text })
  ).catch((cause: unknown) => {
    throw new AppImageError('malformed', `Cannot read private OpenPGP key: ${reasonOf(cause)}`, { cause });
  });
  const [first] = keys;
  if (first === undefined) throw new AppImageError('malformed', 'Cannot read private OpenPGP key: found none');
  return first;
}

async function unlock(privateKey: PrivateKey, passphrase: string | undefined): Promise<PrivateKey> {
  if (privateKey.isDecrypted()) return privateKey;
  if (passphrase === undefined) {
    throw new AppImageError('not-permitted', 'Cannot sign with OpenPGP key: it is locked, and there is no passphrase');
  }
  return await decryptKey({ privateKey, passphrase }).catch((cause: unknown) => {
    throw new AppImageError('not-permitted', `Cannot unlock OpenPGP key: ${reasonOf(cause)}`, { cause });
  });
}
