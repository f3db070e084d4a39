import type { SignatureVerdict, SigningKey } from '@appimage-js/format/openpgp';
import type { PinnedKey } from './pinned-key.ts';

/**
 * What a new image is to somebody who has the old one.
 *
 * - `good`: signed by the pinned key
 * - `unsigned`: neither was signed, or nobody can tell by whom; nothing is pinned
 * - `newly-signed`: signed for the first time that was noticed; the key is pinned
 * - `key-succeeded`: signed by a key that the pinned one has certified, or that the user has accepted; it is pinned instead
 * - `key-changed`: signed by another key
 * - `no-longer-signed`: the old one was, this one is not
 * - `bad`: there is a signature that does not hold
 * - `expired`: signed by the pinned key, which has expired
 */
export type TrustState =
  | 'good'
  | 'unsigned'
  | 'newly-signed'
  | 'key-succeeded'
  | 'key-changed'
  | 'no-longer-signed'
  | 'bad'
  | 'expired';

/** Whether a new image may replace the old one, as far as signatures say. */
export interface TrustDecision {
  readonly state: TrustState;
  readonly accepted: boolean;
  /** In words, for people; without a final period. */
  readonly reason: string;
  /** Of the new image. */
  readonly signature: SignatureVerdict;
  /** What is to be pinned once the image is in its place; null for nothing. */
  readonly pin: PinnedKey | null;
}

/** What {@link judgeTrust} judges by. */
export interface TrustQuestion {
  /** Undefined where none is. */
  readonly pinned: PinnedKey | undefined;
  /** The verdict on the old image; only asked where nothing is pinned. */
  readonly installed: SignatureVerdict | undefined;
  /** The verdict on the new image, with the pinned key among the trusted ones. */
  readonly candidate: SignatureVerdict;
  /** The fingerprint of a key that the user accepts, in upper-case hexadecimal digits. */
  readonly acceptedKey?: string | undefined;
  readonly now?: Date;
}

/** Judges a new image by the key that is pinned, else by the one that has signed the old image: trust on first use. */
export async function judgeTrust(question: TrustQuestion): Promise<TrustDecision> {
  const { candidate, now = new Date() } = question;
  const expected = expectedKey(question, now);
  const decide = (state: TrustState, reason: string, pin: PinnedKey | null = null): TrustDecision => {
    return { state, accepted: ACCEPTED.has(state), reason, signature: candidate, pin };
  };
  if (candidate.state === 'bad' || candidate.state === 'key-revoked') return decide('bad', candidate.reason);
  if (expected === undefined) return decide(...withoutPin(question, now));
  const { key, state } = candidate;
  const owner = `${expected.userIds[0] ?? 'the key'} (${expected.fingerprint})`;
  if (UNSIGNED.has(state)) {
    return decide(
      'no-longer-signed',
      `${question.pinned === undefined ? 'The installed version is' : 'Versions of it that were here are'} signed by ${owner}, the new one is not: ${candidate.reason}`,
    );
  }
  if (key === null) {
    const isOther = state === 'key-missing';
    return isOther
      ? decide('key-changed', `Expected a signature of ${owner}, found one of ${candidate.issuers.join(', ')}`)
      : decide('bad', candidate.reason);
  }
  if (key.fingerprint !== expected.fingerprint) return decide(...(await withOtherKey(question, expected, key, now)));
  if (state === 'key-expired') {
    return question.acceptedKey === key.fingerprint
      ? decide(
          'good',
          `Signed by ${owner}, whose key has expired and is accepted all the same`,
          renew(expected, candidate, key),
        )
      : decide('expired', `Signed by ${owner}, but ${lowerFirst(candidate.reason)}`);
  }
  const isAsWeakAsBefore = state === 'weak-hash' && candidate.hash === 'SHA-1' && expected.weakHash;
  if (state !== 'good' && !isAsWeakAsBefore) return decide('bad', candidate.reason);
  const asWeak = isAsWeakAsBefore ? ', over SHA-1, which is not safe any more' : '';
  const pinning = question.pinned === undefined ? '; the key is pinned from now on' : '';
  return decide('good', `Signed by ${owner}${asWeak}${pinning}`, renew(expected, candidate, key));
}

const ACCEPTED: ReadonlySet<TrustState> = new Set(['good', 'unsigned', 'newly-signed', 'key-succeeded']);

/** What is no signature of anything. */
const UNSIGNED: ReadonlySet<SignatureVerdict['state']> = new Set([
  'unsigned',
  'bare-digest',
  'signed-nothing',
  'unrecognized',
]);

function expectedKey({ pinned, installed }: TrustQuestion, now: Date): PinnedKey | undefined {
  if (pinned !== undefined) return pinned;
  if (installed?.key == null || !['good', 'weak-hash', 'key-expired'].includes(installed.state)) return undefined;
  if (installed.state === 'weak-hash' && installed.hash !== 'SHA-1') return undefined;
  return firstPin(installed.key, installed, now);
}

type Answer = readonly [state: TrustState, reason: string, pin?: PinnedKey | null];

function withoutPin({ candidate, acceptedKey }: TrustQuestion, now: Date): Answer {
  const { key, state } = candidate;
  const holds = state === 'good' || (state === 'weak-hash' && candidate.hash === 'SHA-1');
  if (acceptedKey !== undefined && (!holds || key?.fingerprint !== acceptedKey)) {
    return [
      'key-changed',
      `Expected a signature of ${acceptedKey}, found ${key?.fingerprint ?? 'none'}: ${lowerFirst(candidate.reason)}`,
    ];
  }
  if (!holds || key === null) return ['unsigned', candidate.reason];
  return [
    'newly-signed',
    `Signed by ${key.userIds[0] ?? 'a key'} (${key.fingerprint}), whose key is pinned from now on`,
    firstPin(key, candidate, now),
  ];
}

async function withOtherKey(
  { candidate, acceptedKey }: TrustQuestion,
  expected: PinnedKey,
  key: SigningKey,
  now: Date,
): Promise<Answer> {
  const found = `${key.userIds[0] ?? 'another key'} (${key.fingerprint})`;
  const pin = {
    ...firstPin(key, candidate, now),
    predecessors: [expected.fingerprint, ...expected.predecessors].slice(0, 8),
  };
  if (candidate.state === 'good') {
    if (acceptedKey === key.fingerprint) return ['key-succeeded', `Signed by ${found}, whose key was accepted`, pin];
    const { isSuccessor } = await import('@appimage-js/format/openpgp');
    const keys = { oldKey: expected.armored, newKey: key.armored, fingerprint: key.fingerprint, now };
    if (await isSuccessor(keys)) {
      return [
        'key-succeeded',
        `Signed by ${found}, whose key the one before, ${expected.fingerprint}, has certified`,
        pin,
      ];
    }
  }
  const owner = `${expected.userIds[0] ?? 'the key'} (${expected.fingerprint})`;
  return ['key-changed', `Expected a signature of ${owner}, found one of ${found}`];
}

function firstPin(key: SigningKey, { state, hash }: SignatureVerdict, now: Date): PinnedKey {
  const { fingerprint, userIds, armored } = key;
  const weakHash = state === 'weak-hash' || hash === 'SHA-1';
  return { fingerprint, userIds, armored, weakHash, pinnedAt: now.toISOString(), predecessors: [] };
}

/** What is known of the key now, and whether it still signs over SHA-1. */
function renew(expected: PinnedKey, { hash }: SignatureVerdict, { userIds, armored }: SigningKey): PinnedKey {
  return { ...expected, userIds, armored, weakHash: expected.weakHash && hash === 'SHA-1' };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
