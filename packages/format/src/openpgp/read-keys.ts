import { type PublicKey, readKeys } from 'openpgp';
import { AppImageError } from '../errors.ts';

/** An ASCII-armored text, or the bytes of either that or the binary form. */
export type KeyMaterial = string | Uint8Array;

/** More than any signing key has; sections of runtimes hold 8 KiB. */
const MAXIMUM_SIZE = 262_144;
const MAXIMUM_KEYS = 16;

/**
 * Reads the public keys in a text or bytes; of private keys, only their public half.
 *
 * @throws AppImageError `malformed` where there is no key in it, `limit` where there is more than 256 KiB or 16 keys
 */
export async function readPublicKeys(material: KeyMaterial): Promise<PublicKey[]> {
  if (material.length > MAXIMUM_SIZE) {
    throw new AppImageError(
      'limit',
      `Cannot read OpenPGP key: expected at most 256 KiB, found ${material.length} bytes`,
    );
  }
  const text = armoredText(material);
  const keys = await (text === undefined
    ? readKeys({ binaryKeys: material as Uint8Array })
    : readKeys({ armoredKeys: text })
  ).catch((cause: unknown) => {
    throw new AppImageError('malformed', `Cannot read OpenPGP key: ${reasonOf(cause)}`, { cause });
  });
  if (keys.length === 0) throw new AppImageError('malformed', 'Cannot read OpenPGP key: found none');
  if (keys.length > MAXIMUM_KEYS) {
    throw new AppImageError(
      'limit',
      `Cannot read OpenPGP keys: expected at most ${MAXIMUM_KEYS}, found ${keys.length}`,
    );
  }
  return keys.map((key) => key.toPublic());
}

/** The text of what is ASCII-armored; undefined for binary. */
export function armoredText(material: KeyMaterial): string | undefined {
  const text = typeof material === 'string' ? material : new TextDecoder('latin1').decode(material);
  return typeof material === 'string' || text.trimStart().startsWith('-----BEGIN PGP ') ? text.trim() : undefined;
}

/** Why the library refused, without its own introduction. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Error [^:]*: /, '').replace(/\.$/, '');
}
