/** What an option of the shared vocabulary does to the second wall. */
type Effect = 'writable' | 'replaces' | 'none';

/** An option that a plan may have. */
export interface PlanOption {
  /** How many values follow. */
  readonly values: number;
  /** Which of them is a path of the inside; undefined for an option about something else. */
  readonly target?: number;
  /** `writable`: what is there can be written. `replaces`: something is mounted there that can not be. */
  readonly effect: Effect;
}

const PLAIN_0: PlanOption = { values: 0, effect: 'none' };
const PLAIN_1: PlanOption = { values: 1, effect: 'none' };
const PLAIN_2: PlanOption = { values: 2, effect: 'none' };
const WRITABLE_1: PlanOption = { values: 1, target: 0, effect: 'writable' };
const WRITABLE_2: PlanOption = { values: 2, target: 1, effect: 'writable' };
const READ_ONLY_2: PlanOption = { values: 2, target: 1, effect: 'replaces' };

/** The options that a plan may have: those of bubblewrap 0.8 that this toolkit's own program knows too. */
const OPTIONS: Readonly<Record<string, PlanOption>> = {
  '--bind': WRITABLE_2,
  '--bind-data': WRITABLE_2,
  '--bind-fd': WRITABLE_2,
  '--bind-try': WRITABLE_2,
  '--cap-drop': PLAIN_1,
  '--chdir': PLAIN_1,
  '--chmod': PLAIN_2,
  '--clearenv': PLAIN_0,
  '--dev': WRITABLE_1,
  '--dev-bind': WRITABLE_2,
  '--dev-bind-try': WRITABLE_2,
  '--dir': WRITABLE_1,
  '--disable-userns': PLAIN_0,
  '--file': WRITABLE_2,
  '--gid': PLAIN_1,
  '--hostname': PLAIN_1,
  '--mqueue': WRITABLE_1,
  '--perms': PLAIN_1,
  '--proc': WRITABLE_1,
  '--remount-ro': PLAIN_1,
  '--ro-bind': READ_ONLY_2,
  '--ro-bind-data': READ_ONLY_2,
  '--ro-bind-fd': READ_ONLY_2,
  '--ro-bind-try': READ_ONLY_2,
  '--setenv': PLAIN_2,
  '--share-net': PLAIN_0,
  '--size': PLAIN_1,
  '--symlink': PLAIN_2,
  '--tmpfs': WRITABLE_1,
  '--uid': PLAIN_1,
  '--unsetenv': PLAIN_1,
  '--unshare-all': PLAIN_0,
  '--unshare-cgroup': PLAIN_0,
  '--unshare-cgroup-try': PLAIN_0,
  '--unshare-ipc': PLAIN_0,
  '--unshare-net': PLAIN_0,
  '--unshare-pid': PLAIN_0,
  '--unshare-user': PLAIN_0,
  '--unshare-user-try': PLAIN_0,
  '--unshare-uts': PLAIN_0,
};

/** One option of a plan with its values. */
export interface PlanStep<Word> {
  readonly name: string;
  readonly option: PlanOption;
  readonly values: readonly Word[];
}

/**
 * Takes the arguments of a plan apart.
 *
 * @throws RangeError for an option that a plan may not have, or one without its values
 */
export function planSteps<Word>(words: ReadonlyArray<string | Word>): PlanStep<string | Word>[] {
  const steps: PlanStep<string | Word>[] = [];
  for (let at = 0; at < words.length; ) {
    const name = words[at];
    const option = typeof name === 'string' && Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (typeof name !== 'string' || option === undefined) {
      throw new RangeError(`Cannot confine: expected an option that a plan may have, found ${JSON.stringify(name)}`);
    }
    const values = words.slice(at + 1, at + 1 + option.values);
    if (values.length < option.values) {
      throw new RangeError(`Cannot confine: ${name} must have ${option.values} values, found ${values.length}`);
    }
    steps.push({ name, option, values });
    at += 1 + option.values;
  }
  return steps;
}
