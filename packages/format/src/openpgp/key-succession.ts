import { enums, type PublicKey, type SignaturePacket, type User } from 'openpgp';
import { FOR_KEYS } from './permissive-config.ts';
import { type KeyMaterial, readPublicKeys } from './read-keys.ts';

/** Two keys of which the second may follow the first. */
export interface KeySuccession {
  readonly oldKey: KeyMaterial;
  readonly newKey: KeyMaterial;
  /** Of the one that follows, where `newKey` has several. */
  readonly fingerprint: string;
  /** Default: the time of the clock. */
  readonly now?: Date;
}

const CERTIFICATIONS: ReadonlySet<enums.signature | null> = new Set([
  enums.signature.certGeneric,
  enums.signature.certPersona,
  enums.signature.certCasual,
  enums.signature.certPositive,
]);

/** What makes a collision with another key's name conceivable. */
const WEAK_HASHES: ReadonlySet<enums.hash | null> = new Set([enums.hash.md5, enums.hash.sha1, enums.hash.ripemd]);

/**
 * Whether the owner of a key has named another one as the own: the old key has certified a user ID of the new one, and that user
 * ID has an e-mail address that the old key has, too. This is what `gpg --default-key OLD --sign-key NEW` does, once
 * the new key was made for the same address. The address keeps the keys of other people, which one may have certified as theirs, from
 * being taken for one's own.
 *
 * @throws AppImageError `malformed` or `limit` when a key can not be read
 */
export async function isSuccessor({ oldKey, newKey, fingerprint, now = new Date() }: KeySuccession): Promise<boolean> {
  const candidates = (await readPublicKeys(newKey)).filter(
    (key) => key.getFingerprint().toUpperCase() === fingerprint.toUpperCase(),
  );
  for (const old of await readPublicKeys(oldKey)) {
    if (await old.isRevoked(undefined, undefined, now, FOR_KEYS)) continue;
    const addresses = await ownAddresses(old);
    for (const candidate of candidates) {
      if (await certifies(old, addresses, candidate, now)) return true;
    }
  }
  return false;
}

async function certifies(
  old: PublicKey,
  addresses: ReadonlySet<string>,
  candidate: PublicKey,
  now: Date,
): Promise<boolean> {
  for (const user of candidate.users.slice(0, 32)) {
    const address = addressOf(user);
    if (address === undefined || !addresses.has(address) || !(await isOwn(user))) continue;
    const revocations = user.revocationSignatures.filter((packet) => packet.issuerKeyID.equals(old.getKeyID()));
    const takenBack = await anyVerifies(revocations, { old, user, type: enums.signature.certRevocation, now });
    const certifications = user.otherCertifications.filter((packet) => isUsable(packet, old));
    if (!takenBack && (await anyVerifies(certifications, { old, user, now }))) return true;
  }
  return false;
}

function isUsable(packet: SignaturePacket, old: PublicKey): boolean {
  return (
    CERTIFICATIONS.has(packet.signatureType) &&
    !WEAK_HASHES.has(packet.hashAlgorithm) &&
    packet.issuerKeyID.equals(old.getKeyID())
  );
}

interface Certification {
  readonly old: PublicKey;
  readonly user: User;
  readonly type?: enums.signature;
  readonly now: Date;
}

async function anyVerifies(
  packets: readonly SignaturePacket[],
  { old, user, type, now }: Certification,
): Promise<boolean> {
  const expires = await old.getExpirationTime(undefined, FOR_KEYS);
  for (const packet of packets.slice(0, 32)) {
    // A key that has expired since could name its successor as long as it had not.
    if (expires instanceof Date && packet.created !== null && packet.created >= expires) continue;
    const signed = { userID: user.userID, key: user.mainKey.keyPacket };
    const signatureType = type ?? packet.signatureType ?? enums.signature.certGeneric;
    const holds = await packet.verify(old.keyPacket, signatureType, signed, now, false, FOR_KEYS).then(
      () => true,
      () => false,
    );
    if (holds) return true;
  }
  return false;
}

async function ownAddresses(key: PublicKey): Promise<ReadonlySet<string>> {
  const addresses = new Set<string>();
  for (const user of key.users.slice(0, 32)) {
    const address = addressOf(user);
    if (address !== undefined && (await isOwn(user))) addresses.add(address);
  }
  return addresses;
}

function isOwn(user: User): Promise<boolean> {
  return user.verify(null as unknown as Date, FOR_KEYS).catch(() => false);
}

function addressOf(user: User): string | undefined {
  const email = user.userID?.email ?? '';
  return email === '' ? undefined : email.trim().toLowerCase();
}
