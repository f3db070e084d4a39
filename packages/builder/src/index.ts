export { buildAppImage, planAppImage } from './build-appimage.ts';
export type { BuildOptions, BuildProgress, BuiltAppImage, ImageType, Modes } from './build-options.ts';
export {
  buildAndCompare,
  type CheckedBuild,
  compareImages,
  type Difference,
  type ReproducibilityReport,
} from './check-reproducible.ts';
export { convertAppImage, planConvertedAppImage } from './convert/convert-appimage.ts';
export type {
  ConversionNote,
  ConversionPlan,
  ConvertedAppImage,
  ConvertOptions,
} from './convert/convert-options.ts';
export type { LeftOut, LeftOutEntry } from './exclude/leave-out.ts';
export * from './lint/index.ts';
export type { PayloadCompression, PayloadFormat } from './pack/payload-format.ts';
export type {
  BuildPlan,
  BuildWarning,
  PlannedAddition,
  PlannedContents,
  PlannedFile,
  PlannedFirstStage,
  PlannedPatch,
  PlannedPayload,
  PlannedPicture,
  PlannedRuntime,
  PlannedSymlink,
  PlannedTimes,
} from './plan/build-plan.ts';
export {
  type BuildEnvironment,
  type Guess,
  type GuessedImage,
  guessUpdateInformation,
} from './plan/guess-update-information.ts';
export { MOUNT_WAYS, type MountWay } from './plan/mount-way.ts';
export { defaultImageName, type ImageName } from './plan/output-path.ts';
export { parseSourceDateEpoch } from './plan/times.ts';
export * from './sign/index.ts';
export { SORT_PROFILES, type SortOrder, type SortProfile } from './sort/content-order.ts';
export { parseSortList, type SortEntry } from './sort/sort-list.ts';
