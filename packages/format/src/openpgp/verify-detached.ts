import { type PublicKey, readSignature, SignaturePacket } from 'openpgp';
import { type CandidateKey, judgePacket } from './judge-packet.ts';
import { PERMISSIVE } from './permissive-config.ts';
import { armoredText, type KeyMaterial, readPublicKeys, reasonOf } from './read-keys.ts';
import type { SignatureVerdict, SignatureVerdictState } from './signature-verdict.ts';

/** Where keys come from, and when it is. */
export interface VerificationOptions {
  /** Keys that the caller trusts. They are tried before the embedded one, and take over what that one says newer of the same key. */
  readonly trustedKeys?: readonly KeyMaterial[];
  /** Default: the time of the clock. */
  readonly now?: Date;
}

/** What {@link verifyDetached} judges. */
export interface DetachedSignature extends VerificationOptions {
  readonly message: Uint8Array;
  /** ASCII-armored or binary. */
  readonly signature: KeyMaterial;
  /** The key that came with the signature, which says nothing about whom it belongs to. One that can not be read counts as none. */
  readonly embeddedKey?: KeyMaterial | null;
}

/** More than this in one place is no signature of a file. */
const MAXIMUM_SIGNATURES = 16;
const MAXIMUM_SIZE = 262_144;

/**
 * Judges a detached OpenPGP signature (RFC 9580, RFC 4880) of any bytes. Where there are several, one good signature is enough; that of a trusted key comes first.
 * Nothing that comes with the message makes this fail: what can not be judged is a state of its own.
 *
 * @throws AppImageError `malformed` or `limit` when a trusted key can not be read
 */
export async function verifyDetached(options: DetachedSignature): Promise<SignatureVerdict> {
  const { signature, now = new Date() } = options;
  const keys = await collectKeys(options);
  if (signature.length > MAXIMUM_SIZE) return unjudged('unrecognized', 'It is too long for a signature');
  let packets: readonly unknown[];
  try {
    packets = [...(await parseSignature(signature)).packets];
  } catch (error) {
    return unjudged('unrecognized', `It is no OpenPGP signature: ${reasonOf(error)}`);
  }
  if (packets.length === 0) return unjudged('unrecognized', 'It is no OpenPGP signature: found nothing in it');
  const bytes = new Uint8Array(options.message);
  const verdicts: SignatureVerdict[] = [];
  for (const packet of packets.slice(0, MAXIMUM_SIGNATURES)) {
    const verdict =
      packet instanceof SignaturePacket
        ? await judgePacket(packet, { bytes, keys, now })
        : unjudged('unsupported', 'The signature is of a version or an algorithm that is not known here');
    if (verdict.state === 'good' && verdict.key?.origin === 'given') return verdict;
    verdicts.push(verdict);
  }
  // One by an old key and one by its successor are both there while keys change: the trusted one counts.
  const good = verdicts.find(({ state }) => state === 'good');
  // Of the others, the first that a key was there for says most.
  return good ?? verdicts.find(({ key }) => key !== null) ?? (verdicts[0] as SignatureVerdict);
}

/** A verdict without a key. */
export function unjudged(state: SignatureVerdictState, reason: string): SignatureVerdict {
  return { state, reason, key: null, issuers: [], signedAt: null, hash: null };
}

function parseSignature(signature: KeyMaterial) {
  const text = armoredText(signature);
  return text === undefined
    ? readSignature({ binarySignature: signature as Uint8Array, config: PERMISSIVE })
    : readSignature({ armoredSignature: text, config: PERMISSIVE });
}

/** The trusted keys, with what the embedded one says newer of them (a later expiry, a revocation), then the embedded ones. */
async function collectKeys({
  trustedKeys = [],
  embeddedKey,
  now = new Date(),
}: DetachedSignature): Promise<CandidateKey[]> {
  const trusted = (await Promise.all(trustedKeys.map(readPublicKeys))).flat();
  const embedded = embeddedKey ? await readPublicKeys(embeddedKey).catch(() => []) : [];
  const merged = await Promise.all(trusted.map((key) => mergeKey(key, embedded, now)));
  const known = new Set(trusted.map((key) => key.getFingerprint()));
  return [
    ...merged.map((key): CandidateKey => ({ key, origin: 'given' })),
    ...embedded
      .filter((key) => !known.has(key.getFingerprint()))
      .map((key): CandidateKey => ({ key, origin: 'embedded' })),
  ];
}

async function mergeKey(key: PublicKey, others: readonly PublicKey[], now: Date): Promise<PublicKey> {
  let merged = key;
  for (const other of others) {
    if (other.getFingerprint() !== key.getFingerprint()) continue;
    merged = await merged.update(other, now, PERMISSIVE).catch(() => merged);
  }
  return merged;
}
