export { parseUpdateSource } from './parse-source.ts';
export { isSameRevision } from './plain-url.ts';
export type {
  ApiBases,
  FetchedFeed,
  ResolvedUpdate,
  ResolveOptions,
  SourceRevision,
} from './resolve-options.ts';
export { resolveUpdate } from './resolve-update.ts';
