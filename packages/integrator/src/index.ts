/**
 * Shows AppImages in the menu of the desktop, and takes every trace of them away again.
 *
 * @example
 * ```ts
 * import { type Places, syncAppImages } from '@appimage-js/integrator';
 *
 * export async function shownApplications(places: Places): Promise<string[]> {
 *   const { images } = await syncAppImages({ places });
 *   return images.filter(({ leftAlone }) => leftAlone === undefined).map(({ path }) => path);
 * }
 * ```
 *
 * @module
 */

export { type AdoptResult, adoptForeign } from './adoption/adopt-foreign.ts';
export { type CleanResult, cleanForeign, planCleaning } from './adoption/clean-foreign.ts';
export {
  type Adoption,
  type AdoptOptions,
  type NotAdopted,
  type PlannedAdoption,
  planAdoption,
} from './adoption/plan-adoption.ts';
export type { UserChanges } from './adoption/user-changes.ts';
export { appImageRegistrations } from './binfmt/appimage-registrations.ts';
export { installBinfmt, type RemovedBinfmt, removeBinfmt } from './binfmt/install-binfmt.ts';
export {
  type BinfmtOptions,
  type BinfmtState,
  type ForeignRegistration,
  readBinfmt,
} from './binfmt/read-binfmt.ts';
export { type BinfmtRegistration, serializeRegistration } from './binfmt/registration.ts';
export type { DaemonOptions, DaemonSyncRequest, DaemonSyncResult, DaemonTimes } from './daemon/daemon.ts';
export { type DaemonEvent, describeEvent } from './daemon/daemon-event.ts';
export { runDaemon } from './daemon/run-daemon.ts';
export type { FolderState } from './daemon/watched-folders.ts';
export { sha256OfFile } from './files/hash.ts';
export { restoreFromTrash, trashFile } from './files/trash-file.ts';
export { findForeign } from './foreign/find-foreign.ts';
export type { ForeignEntry, ForeignFindings, ForeignTool } from './foreign/foreign-entry.ts';
export type { ImageContents, ImageIcon } from './inspect/image-contents.ts';
export { inspectImage } from './inspect/inspect-image.ts';
export type {
  FileStamp,
  InstallRecord,
  Manifest,
  ManifestImage,
  RecordedDefault,
  RecordedFile,
  RecordedVolume,
} from './manifest/manifest.ts';
export { type ReadManifest, readManifest } from './manifest/manifest-file.ts';
export { type OptOutOptions, readOptOut, readStandBack } from './opt-out/opt-out.ts';
export {
  type FindRunningOptions,
  findRunningIntegrator,
  type RunningIntegrator,
} from './opt-out/running-integrator.ts';
export { checkOverride, type Override } from './overrides/override.ts';
export {
  addToOverride,
  applicationId,
  type Overrides,
  overridePath,
  readOverride,
  readOverrides,
  writeOverride,
} from './overrides/override-file.ts';
export { listMissingFolders } from './places/missing-folders.ts';
export { applicationsFolder, type FindPlacesOptions, findPlaces, type Places, type Root } from './places/places.ts';
export type { ServiceSettings } from './places/service-settings.ts';
export { changeSettings, changeWatchDirs, readSettings, type Settings, settingsPath } from './places/settings.ts';
export { type IdentityFacts, originOf, stableIdentity } from './plan/identity.ts';
export {
  type Integration,
  type IntegrationRequest,
  planIntegration,
  urlSchemes,
  whyLeftAlone,
} from './plan/integration.ts';
export { type ChooseLaunchOptions, chooseLaunch, type LaunchTemplate } from './plan/launch.ts';
export type { PlannedFile, PlannedMode } from './plan/planned-file.ts';
export { sanitizeSvg } from './plan/sanitize-svg.ts';
export { type AppliedSync, applySync } from './sync/apply-sync.ts';
export { planSync, type SyncPlan, type WantedImage, type WantedShared } from './sync/plan-sync.ts';
export { previewSync, type SyncPreview } from './sync/preview-sync.ts';
export type { CacheReport } from './sync/refresh-caches.ts';
export type { WatchedImage } from './sync/scan-folders.ts';
export {
  type PlannedSync,
  planAppImages,
  type SyncOptions,
  type SyncResult,
  syncAppImages,
} from './sync/sync-appimages.ts';
export { type ThumbnailFileOptions, thumbnailFile } from './thumbnail/thumbnail-file.ts';
export { AUTOSTART_ENTRY } from './units/plan-autostart.ts';
export {
  hasUserManager,
  type ManagerOptions,
  readServiceUnits,
  startUnits,
  stopUnits,
  type UnitStatus,
} from './units/user-manager.ts';
