export { type FindMimePackagesOptions, type FoundMimePackage, findMimePackages } from './find-mime-packages.ts';
export {
  type MimeGlob,
  type MimeRootElement,
  type MimeType,
  type ParseMimePackageOptions,
  parseMimePackage,
} from './mime-package.ts';
