export type { FileChange } from './compare-files.ts';
export { type DeltaPart, type DeltaReport, type ExplainDeltaOptions, explainDelta } from './explain-delta.ts';
