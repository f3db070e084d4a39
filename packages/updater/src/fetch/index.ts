export type { FetchedControl } from './control-file.ts';
export type { FetchedImage, FetchLimits, FetchOptions, FetchProgress } from './fetch-options.ts';
export { fetchUpdate } from './fetch-update.ts';
