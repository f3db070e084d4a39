export { type ControlFileComparison, compareWithControlFile } from './compare-with-control-file.ts';
export {
  type BlockSizeCost,
  type MadeControlFile,
  type MakeControlFileOptions,
  makeControlFile,
} from './make-control-file.ts';
