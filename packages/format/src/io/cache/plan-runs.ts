/** Blocks from number `first` up to but not including `end`. */
export interface BlockRange {
  readonly first: number;
  readonly end: number;
}

/** What {@link planRuns} goes by. */
export interface RunRules {
  /** Whether a block is there, or under way. */
  readonly isThere: (index: number) => boolean;
  /** Blocks between two wanted ones that are fetched with them, to spare a request. */
  readonly gap: number;
  /** Blocks of one request. */
  readonly maximum: number;
}

/** The requests that bring what is wanted: none of a block that is there, few of them, none too long. */
export function planRuns(wanted: readonly BlockRange[], { isThere, gap, maximum }: RunRules): BlockRange[] {
  const runs: { first: number; end: number }[] = [];
  const allMissing = (from: number, to: number) => {
    for (let index = from; index < to; index++) if (isThere(index)) return false;
    return true;
  };
  for (const { first, end } of wanted.toSorted((one, other) => one.first - other.first)) {
    for (let index = first; index < end; index++) {
      if (isThere(index)) continue;
      const run = runs.at(-1);
      if (run && index < run.end) continue;
      const joins = run && index - run.end <= gap && index + 1 - run.first <= maximum && allMissing(run.end, index);
      if (joins) run.end = index + 1;
      else runs.push({ first: index, end: index + 1 });
    }
  }
  return runs;
}
