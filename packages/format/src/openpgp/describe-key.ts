import type { AlgorithmInfo, PublicKey } from 'openpgp';
import { PERMISSIVE } from './permissive-config.ts';
import { type KeyMaterial, readPublicKeys } from './read-keys.ts';
import type { KeyDescription } from './signature-verdict.ts';

/**
 * Says whose keys there are in a text or bytes, at most 16.
 *
 * @throws AppImageError `malformed` where there is no key, `limit` where there is too much
 */
export async function describeKeys(material: KeyMaterial): Promise<KeyDescription[]> {
  return Promise.all((await readPublicKeys(material)).map(describeKey));
}

/** Says whose key it is. */
export async function describeKey(key: PublicKey): Promise<KeyDescription> {
  const expiresAt = await key.getExpirationTime(undefined, PERMISSIVE);
  return {
    fingerprint: key.getFingerprint().toUpperCase(),
    userIds: await ownUserIds(key),
    createdAt: key.getCreationTime(),
    expiresAt: expiresAt instanceof Date ? expiresAt : null,
    algorithm: describeAlgorithm(key.getAlgorithmInfo()),
    armored: key.armor(),
  };
}

/** Anybody can write names behind a key; its owner signs them. */
async function ownUserIds(key: PublicKey): Promise<string[]> {
  const names: string[] = [];
  for (const user of key.users.slice(0, 32)) {
    const isOwn = await user.verify(null as unknown as Date, PERMISSIVE).catch(() => false);
    if (isOwn && user.userID !== null) names.push(user.userID.userID);
  }
  return names;
}

function describeAlgorithm({ algorithm, bits, curve }: AlgorithmInfo): string {
  if (curve !== undefined) return /ed25519/i.test(curve) ? 'ed25519' : `${algorithm} ${curve}`;
  const name = algorithm.startsWith('rsa') ? 'rsa' : algorithm;
  return bits === undefined ? name : `${name} ${bits}`;
}
