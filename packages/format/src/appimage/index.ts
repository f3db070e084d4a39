export {
  type AppImageDescription,
  type AppStreamDescription,
  type DescribeOptions,
  describeAppImage,
} from './describe-appimage.ts';
export type { SignatureDescription } from './describe-header.ts';
export { type DetectedImage, detectImage, type ImageType } from './detect-image.ts';
export { checkEntryPoint, findEntryPoint } from './find-entry-point.ts';
export { type ImageProblem, isAboutImage } from './image-problem.ts';
export { type ImagePiece, mapAppImage } from './map-image.ts';
export { type AppImage, type OpenAppImageOptions, openAppImage } from './open-appimage.ts';
export type {
  OpenedPayload,
  OpenPayloadOptions,
  Payload,
  PayloadOpener,
  PayloadOpeners,
} from './open-payload.ts';
export type { PayloadKind, PayloadPlace } from './payload-place.ts';
export { type RuntimeNeeds, readRuntimeNeeds } from './runtime-needs.ts';
