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
export type { ImageContents, ImageIcon } from './inspect/image-contents.ts';
export { inspectImage } from './inspect/inspect-image.ts';
export type {
  FileStamp,
  InstallRecord,
  Manifest,
  ManifestImage,
  RecordedDefault,
  RecordedFile,
} from './manifest/manifest.ts';
export { type ReadManifest, readManifest } from './manifest/manifest-file.ts';
export { applicationsFolder, type FindPlacesOptions, findPlaces, type Places, type Root } from './places/places.ts';
export { changeSettings, changeWatchDirs, readSettings, type Settings, settingsPath } from './places/settings.ts';
export { trashFile } from './places/trash-file.ts';
export { type IdentityFacts, stableIdentity } from './plan/identity.ts';
export { type Integration, type IntegrationRequest, planIntegration, whyLeftAlone } from './plan/integration.ts';
export { type ChooseLaunchOptions, chooseLaunch, type LaunchTemplate } from './plan/launch.ts';
export type { PlannedFile, PlannedMode } from './plan/planned-file.ts';
export { sanitizeSvg } from './plan/sanitize-svg.ts';
export { type AppliedSync, applySync } from './sync/apply-sync.ts';
export { readOptOut } from './sync/opt-out.ts';
export { planSync, type SyncPlan, type WantedImage, type WantedShared } from './sync/plan-sync.ts';
export type { CacheReport } from './sync/refresh-caches.ts';
export type { WatchedImage } from './sync/scan-folders.ts';
export {
  type PlannedSync,
  planAppImages,
  type SyncOptions,
  type SyncResult,
  syncAppImages,
} from './sync/sync-appimages.ts';
