export { buildAppImage, planAppImage } from './build-appimage.ts';
export type { BuildOptions, BuildProgress, BuiltAppImage, ImageType } from './build-options.ts';
export type {
  BuildPlan,
  BuildWarning,
  PlannedAddition,
  PlannedContents,
  PlannedFile,
  PlannedPayload,
  PlannedRuntime,
  PlannedSymlink,
  PlannedTimes,
} from './plan/build-plan.ts';
export { MOUNT_WAYS, type MountWay } from './plan/mount-way.ts';
export { defaultImageName, type ImageName } from './plan/output-path.ts';
export { parseSourceDateEpoch } from './plan/times.ts';
export * from './sign/index.ts';
