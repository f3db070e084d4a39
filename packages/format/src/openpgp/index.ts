/**
 * Signatures of AppImages and of any other bytes, judged and made by OpenPGP.js. An entry point of its own, so that only
 * those load that library who need it.
 *
 * @example
 * ```ts
 * import { openAppImage } from '@appimage-js/format/node';
 * import { verifySignature } from '@appimage-js/format/openpgp';
 *
 * export async function whoSigned(file: string, trustedKey: string): Promise<string> {
 *   await using image = await openAppImage(file);
 *   const { state, reason, key } = await verifySignature(image, { trustedKeys: [trustedKey] });
 *   return state === 'good' && key?.origin === 'given' ? key.fingerprint : reason;
 * }
 * ```
 */
export { describeKeys } from './describe-key.ts';
export { isSuccessor, type KeySuccession } from './key-succession.ts';
export type { KeyMaterial } from './read-keys.ts';
export { type SignedMessage, type SignMessageOptions, signMessage } from './sign-message.ts';
export type { KeyDescription, SignatureVerdict, SignatureVerdictState, SigningKey } from './signature-verdict.ts';
export { type DetachedSignature, type VerificationOptions, verifyDetached } from './verify-detached.ts';
export { type SignedImage, type VerifySignatureOptions, verifySignature } from './verify-signature.ts';
