export { type AppImageDescription, type DescribeOptions, describeAppImage } from './describe-appimage.ts';
export {
  type DetectedImage,
  detectImage,
  type ImageType,
  type PayloadKind,
  type PayloadPlace,
} from './detect-image.ts';
export { findIcon, type Icon } from './find-icon.ts';
export { describeIcon, type IconDescription, type IconFormat } from './icon-format.ts';
export { type AppImage, type OpenAppImageOptions, openAppImage, type Payload } from './open-appimage.ts';
