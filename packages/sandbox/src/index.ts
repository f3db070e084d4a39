/**
 * Starts AppImages, whatever their own runtime needs: this toolkit's runtime opens them instead.
 *
 * @example
 * ```ts
 * import { launch, planLaunch, provideContents, readHost, readImage } from '@appimage-js/sandbox';
 *
 * export async function start(file: string): Promise<number> {
 *   const image = await readImage(file);
 *   const host = readHost(image);
 *   const contents = await provideContents({ file, image, host });
 *   const { status } = await launch(planLaunch({ file, args: ['--help'], image, host, contents }));
 *   return status;
 * }
 * ```
 *
 * @module
 */

export { type CleanCacheOptions, type CleanedCache, cleanCache } from './cache/clean-cache.ts';
export { type ExtractToCacheOptions, extractToCache } from './cache/extract-to-cache.ts';
export { type CachedTree, listCache } from './cache/list-cache.ts';
export * from './confine/index.ts';
export { type Contents, canOpenContents, type ProvideContentsOptions, provideContents } from './contents.ts';
export { type DiagnoseOptions, type Diagnosis, diagnose } from './doctor/diagnose.ts';
export type { Finding, FindingState } from './doctor/finding.ts';
export type { Emulator } from './emulator.ts';
export { type ProvidedRoot, type ProvideRootOptions, provideRoot } from './fhs/provide-root.ts';
export { type HostFacts, type ReadHostOptions, readHost, runsHere } from './host.ts';
export { type ImageFacts, type PayloadFacts, readImage } from './image.ts';
export { type LaunchOptions, type LaunchResult, launch } from './launch.ts';
export { type DetachedApplication, type LaunchDetachedOptions, launchDetached } from './launch-detached.ts';
export { type MountedContents, mountContents } from './mount-contents.ts';
export { checkNeeds, isUsualHost, type ReadNeedsOptions, readNeeds } from './needs/check-needs.ts';
export { type HostLibraries, type HostLibrariesOptions, readHostLibraries } from './needs/host-libraries.ts';
export type { MissingNeed, ProgramNeeds } from './needs/program-needs.ts';
export * from './permissions/index.ts';
export { CONTENTS, type LaunchPlan, type LaunchRequest, type LaunchThrough, planLaunch } from './plan.ts';
export { becomeApplication } from './replace.ts';
