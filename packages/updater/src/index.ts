export type { AvailableImage } from './available-image.ts';
export { type ComparedImages, type Comparison, type ComparisonState, compareImage } from './compare/compare-image.ts';
export type { FileDigests } from './compare/hash-file.ts';
export { type FetchedControlFile, readControlFile } from './compare/read-control-file.ts';
export {
  type DeltaPart,
  type DeltaReport,
  type ExplainDeltaOptions,
  explainDelta,
  type FileChange,
} from './delta/index.ts';
export {
  type CreateFeedOptions,
  createFeed,
  type Feed,
  type FeedImage,
  type FeedRelease,
  parseFeed,
  serializeFeed,
} from './feed/index.ts';
export {
  type FetchedControl,
  type FetchedImage,
  type FetchLimits,
  type FetchOptions,
  type FetchProgress,
  fetchUpdate,
} from './fetch/index.ts';
export {
  createHttpClient,
  type DocumentRequest,
  type HttpClient,
  type HttpDocument,
  type HttpOptions,
  type HttpRange,
  type HttpRequest,
  type HttpResponse,
  type HttpTimeouts,
} from './http/index.ts';
export {
  type CheckPublicationOptions,
  checkPublication,
  type PublicationReport,
  type PublishFinding,
  type PublishRule,
  type PublishSeverity,
} from './publish-check/index.ts';
export type { KeptVersion } from './replace/kept-version.ts';
export type { CurrentVersion, KeepPolicy } from './replace/old-versions.ts';
export { type ReplacedFile, type ReplaceFileOptions, replaceFile } from './replace/replace-file.ts';
export { findTarget, type ReplacementTarget } from './replace/replacement-target.ts';
export { nameOfDisposition, nameOfUrl } from './resolve/file-name.ts';
export {
  type ApiBases,
  type FetchedFeed,
  parseUpdateSource,
  type ResolvedUpdate,
  type ResolveOptions,
  resolveUpdate,
  type SourceRevision,
} from './resolve/index.ts';
export { listKeptVersions, type RollbackOptions, type RollbackResult, rollbackAppImage } from './rollback-appimage.ts';
export { isSourceError, SourceError, type SourceErrorDetails, type SourceErrorReason } from './source-error.ts';
export { defaultDataFolder } from './state/data-folder.ts';
export { homeFolder } from './state/home-folder.ts';
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
export { type CandidateCheck, checkCandidate } from './verify/check-candidate.ts';
export { type ImageFacts, judgeImage, readImageFacts } from './verify/image-facts.ts';
export { compareVersions } from './versions/compare-versions.ts';
export {
  type BlockSizeCost,
  type ControlFileComparison,
  compareWithControlFile,
  type MadeControlFile,
  type MakeControlFileOptions,
  makeControlFile,
} from './zsync/index.ts';
