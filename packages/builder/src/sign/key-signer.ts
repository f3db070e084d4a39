import type { Signer } from './signer.ts';

/** A private OpenPGP key that is at hand. */
export interface KeySignerOptions {
  /** ASCII-armored or binary. */
  readonly key: string | Uint8Array;
  /** For a key that is locked. */
  readonly passphrase?: string | undefined;
  /** The time in the signatures. Default: the time of the clock. */
  readonly date?: Date | undefined;
}

/** Signs with a key in memory, by OpenPGP.js: nothing has to be installed, and nothing remembers the key. */
export function keySigner({ key, passphrase, date }: KeySignerOptions): Signer {
  return {
    async sign(message) {
      const { signMessage } = await import('@appimage-js/format/openpgp');
      return await signMessage({
        message,
        key,
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(date === undefined ? {} : { date }),
      });
    },
  };
}
