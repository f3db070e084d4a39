export { type GnupgSignerOptions, gnupgSigner } from './gnupg-signer.ts';
export { type KeySignerOptions, keySigner } from './key-signer.ts';
export { removeSignature, type SignedAppImage, type SignOptions, signAppImage } from './sign-appimage.ts';
export type { MadeSignature, Signer } from './signer.ts';
