/** The hash functions that formats of this package name, by the names that `.zsync` files give them. */
export type HashName = 'MD4' | 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256';

/** Bytes of each hash. */
export const DIGEST_SIZE: Readonly<Record<HashName, number>> = {
  MD4: 16,
  MD5: 16,
  'SHA-1': 20,
  'SHA-224': 28,
  'SHA-256': 32,
};

/** A hash under way, which takes its input in pieces. */
export interface Hasher {
  /** Takes the next bytes; the caller may change them afterwards. */
  update(bytes: Uint8Array): void;
  /** The hash of all bytes since the hasher was made, or since the digest before; it then begins anew. */
  digest(): Uint8Array;
}

/** Several hashes of one long stream, perhaps computed beside the caller's own work. */
export interface StreamHasher extends AsyncDisposable {
  /** Takes the next bytes; the caller may change them once the promise is fulfilled, and calls again only then. */
  update(bytes: Uint8Array): Promise<void>;
  /** The hashes of all bytes, in the order of the names. The hasher can not be used afterwards. */
  digest(): Promise<readonly Uint8Array[]>;
}

/** Where hashes come from: `portableHashes` everywhere, `nodeHashes` where Node's own are faster. */
export interface Hashes {
  create(name: HashName): Promise<Hasher>;
  /** Where it is not there, streams are hashed by what `create` makes. */
  createForStream?(names: readonly HashName[]): Promise<StreamHasher>;
}
