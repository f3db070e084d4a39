import type { ReadOptions } from '@appimage-js/format';

/** A signature and the key that verifies it, both ASCII-armored. */
export interface MadeSignature {
  /** Detached, of the message. */
  readonly signature: string;
  readonly publicKey: string;
}

/** Something that can sign: a key in memory, or a program that has one. */
export interface Signer {
  /**
   * Signs a text as it is, without a line's end.
   *
   * @throws AppImageError `not-permitted` where the key is locked, `unsupported` where it can not sign, `not-found` where it is not there
   */
  sign(message: string, options?: ReadOptions): Promise<MadeSignature>;
}
