/**
 * What a judgement of a signature can be. Only `good` says that the message is from whom the key belongs to.
 *
 * - `unsigned`: there is no signature
 * - `good`: the key made it, for this message, and nothing speaks against either
 * - `bad`: it is not of this message
 * - `key-missing`: nobody has given the key that it names
 * - `bare-digest`: there is a SHA-256 instead of a signature, as go-appimage writes it: anybody could have
 * - `signed-nothing`: it is a true signature of no bytes, as go-appimage made them; it says nothing about the message
 * - `weak-hash`: the key made it with a hash that is not safe any more: SHA-1, MD5, RIPEMD-160
 * - `key-expired`, `key-revoked`: the key made it, but is not to be used any more
 * - `key-unfit`: the key made it, but is too short, or not meant for signatures
 * - `signature-expired`, `not-yet-valid`: the signature's own time is over or has not come
 * - `unsupported`: it is of a version or algorithm that is not known here
 * - `unrecognized`: there is something else where a signature should be
 */
export type SignatureVerdictState =
  | 'unsigned'
  | 'good'
  | 'bad'
  | 'key-missing'
  | 'bare-digest'
  | 'signed-nothing'
  | 'weak-hash'
  | 'key-expired'
  | 'key-revoked'
  | 'key-unfit'
  | 'signature-expired'
  | 'not-yet-valid'
  | 'unsupported'
  | 'unrecognized';

/** A public key, as people tell it from others. */
export interface KeyDescription {
  /** Of the primary key: 40 or 64 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  /** Such as "Ada <ada@example.org>"; only those that the key itself has signed. */
  readonly userIds: readonly string[];
  readonly createdAt: Date;
  /** Null where it does not expire. */
  readonly expiresAt: Date | null;
  /** Such as "rsa 2048", "ed25519". */
  readonly algorithm: string;
  /** ASCII-armored, with all that was known of it. */
  readonly armored: string;
}

/** The key that made a signature. */
export interface SigningKey extends KeyDescription {
  /** Of the key or subkey that signed. */
  readonly signerFingerprint: string;
  /** `given` by the caller, or only `embedded` beside the signature, where whoever made that has put it. */
  readonly origin: 'given' | 'embedded';
}

/** What is known of a signature once it was judged. */
export interface SignatureVerdict {
  readonly state: SignatureVerdictState;
  /** In words, for people; without a final period. */
  readonly reason: string;
  /** Null where no key could be found, or none was needed. */
  readonly key: SigningKey | null;
  /** The identifiers of the keys that the signature names, 16 upper-case hexadecimal digits each. */
  readonly issuers: readonly string[];
  /** When it was made, by its own account. */
  readonly signedAt: Date | null;
  /** `SHA-256`, `SHA-512`, `SHA-1` …; null where there is no signature. */
  readonly hash: string | null;
}
