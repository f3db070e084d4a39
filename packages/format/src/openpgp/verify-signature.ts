import type { AppImage } from '../appimage/open-appimage.ts';
import type { ByteSource, ReadOptions } from '../io/byte-source.ts';
import { readSignatureSections } from '../signature/signature-sections.ts';
import { type SignedMessageOptions, signedMessage } from '../signature/signed-message.ts';
import type { SignatureVerdict } from './signature-verdict.ts';
import { unjudged, type VerificationOptions, verifyDetached } from './verify-detached.ts';

/** What of an `AppImage` a signature is judged by. */
export interface SignedImage extends Pick<AppImage, 'elf' | 'shImg'> {
  readonly source: ByteSource;
}

/** Options of {@link verifySignature}. */
export interface VerifySignatureOptions
  extends VerificationOptions,
    Pick<SignedMessageOptions, 'hashes' | 'onProgress'>,
    ReadOptions {}

/**
 * Judges the signature in an image, which is read to its end when there is something to judge. The key in the image is used
 * where no trusted one fits; `key.origin` says so. Without trusted keys, `good` means no more than that the file has not changed
 * since somebody signed it.
 *
 * @throws AppImageError `io` when reading fails, `malformed` or `limit` when a trusted key or the sections can not be read
 */
export async function verifySignature(
  image: SignedImage,
  options: VerifySignatureOptions = {},
): Promise<SignatureVerdict> {
  const { source, elf, shImg } = image;
  const { signal, hashes, onProgress, ...keys } = options;
  if (shImg?.integrationZip?.signature !== undefined) {
    return unjudged('unsupported', 'Nothing says yet what the signature of a shImg is of');
  }
  if (elf === undefined) return unjudged('unsigned', 'The file has no place for a signature');
  const { state, signature, key } = await readSignatureSections(source, elf, { signal });
  if (signature === null) return unjudged('unsigned', 'There is no signature');
  const progress = { ...(hashes && { hashes }), ...(onProgress && { onProgress }) };
  const message = await signedMessage(source, elf, { signal, ...progress });
  if (state === 'bare-digest') {
    const isOwn = new TextDecoder('latin1').decode(signature).trim().toLowerCase() === message;
    const reason = 'There is a digest instead of a signature, which anybody can write';
    return isOwn
      ? unjudged('bare-digest', reason)
      : unjudged('bad', 'There is a digest instead of a signature, and it is not of this file');
  }
  if (state === 'unrecognized') return unjudged('unrecognized', 'There is something else where a signature should be');
  return verifyDetached({ ...keys, message: new TextEncoder().encode(message), signature, embeddedKey: key });
}
