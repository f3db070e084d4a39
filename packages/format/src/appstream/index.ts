export type {
  AppStreamComponent,
  BrandingColor,
  ComponentIcon,
  ContentRating,
  Developer,
  LanguageSupport,
  ProvidedItem,
  TypedValue,
} from './component.ts';
export {
  type DescriptionBlock,
  type DescriptionList,
  type DescriptionParagraph,
  descriptionText,
} from './description.ts';
export { type FindAppStreamOptions, type FoundAppStream, findAppStream } from './find-appstream.ts';
export { type ParseAppStreamOptions, parseAppStream } from './parse-appstream.ts';
export type { ComponentRelation } from './relation.ts';
export type { Release, ReleaseArtifact, ReleaseIssue } from './release.ts';
export type { Screenshot, ScreenshotImage, ScreenshotVideo } from './screenshot.ts';
export type { AppStreamFlaw, AppStreamFlawSeverity } from './validate/flaw.ts';
export { type ValidateAppStreamOptions, validateAppStream } from './validate/validate-appstream.ts';
