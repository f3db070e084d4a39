export type { AvailableImage } from './available-image.ts';
export type { KeptVersion } from './replace/kept-version.ts';
export type { KeepPolicy } from './replace/old-versions.ts';
export { listKeptVersions, type RollbackOptions, type RollbackResult, rollbackAppImage } from './rollback-appimage.ts';
export { defaultDataFolder } from './state/data-folder.ts';
export { applicationIdentity, type IdentityFacts } from './trust/application-identity.ts';
export { parseFingerprint } from './trust/fingerprint.ts';
export { judgeTrust, type TrustDecision, type TrustQuestion, type TrustState } from './trust/judge-trust.ts';
export { forgetPinnedKey, type PinnedKey, type PinRecord, pinKey, readPinnedKey } from './trust/pinned-key.ts';
export type { CheckOptions, HealthCheck, UpdateOptions } from './update/update-options.ts';
export type {
  InstalledImage,
  OfferedImage,
  UpdateCheck,
  UpdateProgress,
  UpdateResult,
  UpdateTransfer,
  UpdateTrust,
} from './update/update-result.ts';
export { UntrustedUpdate } from './update/verify-offer.ts';
export { type FileOutcome, type ForEachOptions, findAppImages, forEachAppImage } from './update-all.ts';
export { checkForUpdate, updateAppImage } from './update-appimage.ts';
export { compareVersions } from './versions/compare-versions.ts';
