export type { BlockSums, ZsyncHashLengths } from './block-sums.ts';
export { type ComputeZsyncOptions, computeZsync } from './compute-zsync.ts';
export type { ZsyncGeneration } from './hash-lengths.ts';
export { type ParseZsyncOptions, parseZsync, type ZsyncLimits } from './parse-zsync.ts';
export { resolveZsyncUrls } from './resolve-urls.ts';
export { serializeZsync } from './serialize-zsync.ts';
export { weakSum, weakSumMask } from './weak-sum.ts';
export {
  type StrongHashName,
  type ZsyncCompressed,
  type ZsyncControl,
  type ZsyncFileHash,
  type ZsyncHeader,
  zsyncBlockCount,
} from './zsync-control.ts';
