export { describeUpdateInformation } from './describe-update-information.ts';
export {
  type ReadUpdateInformationOptions,
  readUpdateInformation,
  TYPE_1_UPDATE_INFORMATION_OFFSET,
  TYPE_1_UPDATE_INFORMATION_SIZE,
} from './read-update-information.ts';
export {
  FATAL_UPDATE_PROBLEMS,
  formatUpdateSource,
  parseUpdateInformation,
  serializeUpdateInformation,
  type UpdateInformation,
  type UpdateProblem,
  type UpdateProblemCode,
} from './update-information.ts';
export type {
  BintraySource,
  FeedSource,
  FieldsSource,
  ForgeSource,
  GitLabSource,
  InstanceSource,
  ManifestSource,
  OcsSource,
  PlingSource,
  UpdateSource,
  UpdateTransport,
  UrlSource,
} from './update-source.ts';
