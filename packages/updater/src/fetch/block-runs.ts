import { isFound, type TargetBlocks } from '../zsync/target-blocks.ts';

/** Blocks in a row, from `first` up to but not including `end`. */
export interface BlockRun {
  readonly first: number;
  readonly end: number;
}

/** Runs that need to be fetched, in their order: of equal blocks only one, where that leaves its neighbours together. */
export function missingRuns(blocks: TargetBlocks, within: BlockRun = { first: 0, end: blocks.count }): BlockRun[] {
  const runs: BlockRun[] = [];
  const planned = new Set<number>();
  let first = -1;
  for (let block = within.first; block <= within.end; block++) {
    const name = blocks.classes[block] as number;
    const isWanted = block < within.end && !isFound(blocks, block) && !planned.has(name);
    if (isWanted) {
      planned.add(name);
      if (first < 0) first = block;
    } else if (first >= 0) {
      runs.push({ first, end: block });
      first = -1;
    }
  }
  return runs;
}

/** Bytes of a run. */
export function runLength({ blockSize, length }: TargetBlocks, { first, end }: BlockRun): number {
  return Math.min(end * blockSize, length) - first * blockSize;
}

/** What one request may ask for. */
export interface RequestShape {
  /** Bytes between two runs that are cheaper to fetch than a further range. */
  readonly gap: number;
  /** Ranges in one request. */
  readonly ranges: number;
  /** Bytes in one request. */
  readonly bytes: number;
}

/** Takes the runs of one request from the beginning of the queue, long ones in part. */
export function takeRuns(blocks: TargetBlocks, queue: BlockRun[], { gap, ranges, bytes }: RequestShape): BlockRun[] {
  const { blockSize } = blocks;
  const most = Math.max(1, Math.floor(bytes / blockSize));
  const taken: BlockRun[] = [];
  let size = 0;
  for (let next = queue[0]; next !== undefined && size < most; next = queue[0]) {
    const last = taken.at(-1);
    const between = last === undefined ? Number.POSITIVE_INFINITY : next.first - last.end;
    const isMerged = between * blockSize <= gap;
    if (!isMerged && taken.length >= ranges) break;
    const end = Math.min(next.end, next.first + most - size);
    size += end - next.first + (isMerged ? between : 0);
    if (isMerged && last !== undefined) taken[taken.length - 1] = { first: last.first, end };
    else taken.push({ first: next.first, end });
    if (end < next.end) queue[0] = { first: end, end: next.end };
    else queue.shift();
  }
  return taken;
}
