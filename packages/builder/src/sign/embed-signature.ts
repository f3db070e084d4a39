import {
  AppImageError,
  type ByteSink,
  type ByteSource,
  type Elf,
  findSection,
  KEY_SECTION,
  patchSection,
  type ReadOptions,
  SIGNATURE_SECTION,
  signedMessage,
} from '@appimage-js/format';
import { nodeHashes } from '@appimage-js/format/node';
import type { MadeSignature, Signer } from './signer.ts';

/** What is signed, and where the signature goes. */
export interface EmbedOptions extends ReadOptions {
  /** The complete file. */
  readonly source: ByteSource;
  /** The same file, for writing. */
  readonly sink: ByteSink;
  readonly elf: Elf;
  readonly signer: Signer;
  /** Told the bytes that were read so far, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Signs a file and writes the signature and its key into the sections for them; what was there before does not count.
 *
 * @throws AppImageError `unsupported` where the runtime has no room for a signature, `limit` where it is too large for it
 */
export async function embedSignature(options: EmbedOptions): Promise<MadeSignature> {
  const { source, sink, elf, signer, signal, onProgress } = options;
  checkRoomForSignature({ elf });
  const progress = onProgress === undefined ? {} : { onProgress };
  const message = await signedMessage(source, elf, { signal, hashes: nodeHashes, ...progress });
  const made = await signer.sign(message, { signal });
  await patchSection({ sink, elf, name: SIGNATURE_SECTION, bytes: new TextEncoder().encode(made.signature) });
  await patchSection({ sink, elf, name: KEY_SECTION, bytes: new TextEncoder().encode(made.publicKey) });
  return made;
}

/**
 * Says before anything is read or asked for that a signature would have no place.
 *
 * @throws AppImageError `unsupported`
 */
export function checkRoomForSignature({ elf }: { readonly elf: Elf | null }): void {
  if (elf === null) {
    throw new AppImageError(
      'unsupported',
      'Cannot sign image: it must be of type 2; what the signature of a shImg or of type 1 is of, nothing says yet',
    );
  }
  const missing = [SIGNATURE_SECTION, KEY_SECTION].filter((name) => findSection(elf, name) === undefined);
  if (missing.length === 0) return;
  throw new AppImageError(
    'unsupported',
    `Cannot sign image: its runtime must have the sections ${SIGNATURE_SECTION} and ${KEY_SECTION}, found no ${missing.join(' and no ')}; ` +
      'build it with a present runtime',
  );
}
