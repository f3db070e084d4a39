import {
  createMessage,
  enums,
  type LiteralDataPacket,
  type PublicKey,
  type SignaturePacket,
  type Subkey,
} from 'openpgp';
import { describeKey } from './describe-key.ts';
import { FOR_KEYS, PERMISSIVE } from './permissive-config.ts';
import { reasonOf } from './read-keys.ts';
import type { SignatureVerdict, SignatureVerdictState } from './signature-verdict.ts';

/** A key that may have made a signature. */
export interface CandidateKey {
  readonly key: PublicKey;
  readonly origin: 'given' | 'embedded';
}

/** What a signature is judged against. */
export interface JudgedMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly keys: readonly CandidateKey[];
  readonly now: Date;
}

/** How far clocks may differ. */
const TOLERANCE_MILLISECONDS = 86_400_000;

const NO_TIME = null as unknown as Date; // the library takes null for "whenever", its types do not

const WEAK_HASHES: ReadonlySet<enums.hash | null> = new Set([enums.hash.md5, enums.hash.sha1, enums.hash.ripemd]);

/** Judges one signature. The worse is told first: what is wrong in itself, then the key, then times, then the hash. */
export async function judgePacket(packet: SignaturePacket, message: JudgedMessage): Promise<SignatureVerdict> {
  const issuer = packet.issuerKeyID.toHex().toUpperCase();
  const answer = (state: SignatureVerdictState, reason: string): SignatureVerdict => {
    return { state, reason, key: null, issuers: [issuer], signedAt: packet.created, hash: hashName(packet) };
  };
  if (packet.signatureType !== enums.signature.binary && packet.signatureType !== enums.signature.text) {
    return answer('unsupported', `Signatures of type ${packet.signatureType} are not of a document`);
  }
  const found = findSigner(packet, message.keys);
  if (found === undefined) return answer('key-missing', `The key ${issuer} is not there`);

  const { candidate, signer } = found;
  const key = {
    ...(await describeKey(candidate.key)),
    signerFingerprint: signer.getFingerprint().toUpperCase(),
    origin: candidate.origin,
  };
  const flaw =
    (await findMismatch(packet, signer, message.bytes)) ??
    (await findKeyFlaw(candidate.key, signer, message.now)) ??
    findTimeFlaw(packet, message.now) ??
    findWeakness(packet);
  const [state, reason] = flaw ?? (['good', `Signed by ${key.userIds[0] ?? key.fingerprint}`] as const);
  return { ...answer(state, reason), key };
}

type Flaw = readonly [state: SignatureVerdictState, reason: string];

function findSigner(packet: SignaturePacket, keys: readonly CandidateKey[]) {
  for (const candidate of keys) {
    const [signer] = candidate.key.getKeys(packet.issuerKeyID);
    if (signer !== undefined) return { candidate, signer };
  }
  return undefined;
}

/** Whether the signature is of the message, by computation alone. */
async function findMismatch(
  packet: SignaturePacket,
  signer: PublicKey | Subkey,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Flaw | undefined> {
  const problem = await verifyBytes(packet, signer, bytes);
  if (problem === undefined) return undefined;
  if (!/digest did not match|verification failed/i.test(problem)) return ['unsupported', problem];
  if (bytes.length > 0 && (await verifyBytes(packet, signer, new Uint8Array(0))) === undefined) {
    return ['signed-nothing', 'The signature is of no bytes at all, so it says nothing'];
  }
  return [
    'bad',
    'The signature is not of this content: it was changed afterwards, or the signature is of something else',
  ];
}

/** Why the signature does not hold; undefined where it does. */
async function verifyBytes(
  packet: SignaturePacket,
  signer: PublicKey | Subkey,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string | undefined> {
  const { packets } = await createMessage({ binary: bytes });
  const literal = packets[0] as unknown as LiteralDataPacket;
  const type = packet.signatureType ?? enums.signature.binary;
  try {
    await packet.verify(signer.keyPacket, type, literal, NO_TIME, true, PERMISSIVE);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

async function findKeyFlaw(key: PublicKey, signer: PublicKey | Subkey, now: Date): Promise<Flaw | undefined> {
  if (await isRevoked(key, signer)) return ['key-revoked', 'The key was revoked by its owner'];
  const keyId = signer.getKeyID();
  const problem = await key.getSigningKey(keyId, NO_TIME, undefined, FOR_KEYS).then(() => undefined, reasonOf);
  if (problem !== undefined) return ['key-unfit', `The key must not be used for signatures: ${problem}`];
  const ends = [await key.getExpirationTime(undefined, FOR_KEYS)];
  if (signer !== key) ends.push(await (signer as Subkey).getExpirationTime(NO_TIME, FOR_KEYS));
  const over = ends.find((end) => end instanceof Date && end <= now);
  return over instanceof Date ? ['key-expired', `The key has expired on ${day(over)}`] : undefined;
}

async function isRevoked(key: PublicKey, signer: PublicKey | Subkey): Promise<boolean> {
  if (await key.isRevoked(undefined, undefined, NO_TIME, FOR_KEYS)) return true;
  if (signer === key) return false;
  const subkey = signer as Subkey;
  const problem = await subkey.verify(NO_TIME, FOR_KEYS).then(() => '', reasonOf);
  return /is revoked/.test(problem);
}

function findTimeFlaw(packet: SignaturePacket, now: Date): Flaw | undefined {
  const { created } = packet;
  if (created !== null && created.getTime() > now.getTime() + TOLERANCE_MILLISECONDS) {
    return [
      'not-yet-valid',
      `The signature is dated ${day(created)}, which is still to come; that or the clock here is wrong`,
    ];
  }
  const end = packet.getExpirationTime();
  return end instanceof Date && end <= now
    ? ['signature-expired', `The signature was valid until ${day(end)}`]
    : undefined;
}

function findWeakness(packet: SignaturePacket): Flaw | undefined {
  if (!WEAK_HASHES.has(packet.hashAlgorithm)) return undefined;
  return ['weak-hash', `The signature uses ${hashName(packet)}, which is not safe any more`];
}

function hashName({ hashAlgorithm }: SignaturePacket): string {
  const names: Readonly<Record<number, string>> = {
    [enums.hash.md5]: 'MD5',
    [enums.hash.sha1]: 'SHA-1',
    [enums.hash.ripemd]: 'RIPEMD-160',
    [enums.hash.sha224]: 'SHA-224',
    [enums.hash.sha256]: 'SHA-256',
    [enums.hash.sha384]: 'SHA-384',
    [enums.hash.sha512]: 'SHA-512',
    [enums.hash.sha3_256]: 'SHA3-256',
    [enums.hash.sha3_512]: 'SHA3-512',
  };
  return names[hashAlgorithm ?? 0] ?? `hash ${hashAlgorithm}`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
