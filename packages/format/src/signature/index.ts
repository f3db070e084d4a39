export { appImageDigestMd5, type DigestMd5Options } from './digest-md5.ts';
export {
  DIGEST_SECTION,
  KEY_SECTION,
  readSignatureSections,
  SIGNATURE_SECTION,
  type SignatureSections,
  type SignatureState,
} from './signature-sections.ts';
export { type SignedMessageOptions, signedMessage } from './signed-message.ts';
