import { compileSeccomp } from '../seccomp/compile.ts';
import type { Confinement, FileArgument } from './confinement.ts';
import { landlockOptions } from './landlock.ts';
import type { Mechanism } from './mechanism.ts';
import { type PlanStep, planSteps } from './vocabulary.ts';

/** Where the last stage is in the sandbox. */
const INNER = '/.confine';

/** Descriptors that every launch has, besides those of the plan: as the program sees them. */
export type Channel = 'arguments' | 'inner-arguments' | 'filter' | 'info' | 'block' | 'ready';

/** A descriptor of the launch's own, in the place of its number. */
interface ChannelArgument {
  readonly channel: Channel;
}

type Word = string | FileArgument | ChannelArgument;

/** How a mechanism is called; descriptors get their numbers when it is started. */
export interface AssembledLaunch {
  /** What shows in the list of processes. */
  readonly commandLine: readonly Word[];
  /** What is read by `--args`. */
  readonly outer: readonly Word[];
  /** What the last stage reads. */
  readonly inner: readonly Word[];
  /** The filter's bytes; undefined: none. */
  readonly filter: Uint8Array | undefined;
}

/** What a descriptor is that a plan shows by `--bind-fd`: where it is called, and how it is told from anything else there. */
export interface OpenPlace {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

/** Which parts a launch has. */
export interface AssembleOptions {
  /** Those of the plan's descriptors that are shown, by their keys. */
  readonly places: Readonly<Record<string, OpenPlace>>;
  /** Whether root starts it, to whom settings of the kernel belong even without any capability. */
  readonly asRoot: boolean;
  /** Whether the application waits until it is let go. */
  readonly held: boolean;
  /** Descriptors from 3 on that the application keeps. */
  readonly kept: readonly number[];
  /** What stands for the folder of the image's contents on the command line; undefined: none is shown. */
  readonly contentsFrom: string | undefined;
}

const channel = (name: Channel): ChannelArgument => ({ channel: name });

/**
 * Puts together how a mechanism is called for a confinement. Pure: the same plan gives the same launch.
 *
 * @throws RangeError for an option that a plan may not have
 */
export function assembleLaunch(
  confinement: Confinement,
  mechanism: Mechanism,
  options: AssembleOptions,
): AssembledLaunch {
  const { held, kept, contentsFrom } = options;
  const { seccomp, command, argv0, contents } = confinement;
  const filter = seccomp === false ? undefined : compileSeccomp(mechanism.architecture, seccomp);
  const shown = contents === undefined || contentsFrom === undefined ? [] : ['--ro-bind', contentsFrom, contents];
  return {
    commandLine: [
      '--args',
      channel('arguments'),
      ...shown,
      '--',
      INNER,
      '--inner',
      '--args',
      channel('inner-arguments'),
    ],
    outer: [
      ...withInner(confinement, mechanism, options),
      ...['--die-with-parent', '--new-session', '--as-pid-1', '--unshare-pid'],
      ...['--info-fd', channel('info')],
      ...(held ? ['--block-fd', channel('block')] : []),
      ...(filter === undefined ? [] : ['--seccomp', channel('filter')]),
    ],
    inner: [
      ...['--ready-fd', channel('ready')],
      ...kept.flatMap((descriptor) => ['--keep-fd', String(descriptor)]),
      ...expectations(confinement, options),
      ...landlockOptions(confinement),
      ...(argv0 === undefined ? [] : ['--argv0', argv0]),
      '--',
      ...command,
    ],
    filter,
  };
}

type Step = PlanStep<string | FileArgument>;

/** The plan's arguments with the last stage among them: as soon as nothing covers it any more, and before the root is locked. */
function withInner(
  { arguments: words, seccomp }: Confinement,
  { name: mechanism, confiner, setuid }: Mechanism,
  options: AssembleOptions,
): Word[] {
  const all = planSteps<FileArgument>(words);
  const steps = all.filter(({ name }) => !(setuid && name === '--disable-userns'));
  if (steps.length < all.length && (seccomp === false || seccomp.userNamespaces)) {
    throw new RangeError('Cannot confine: a setuid bubblewrap forbids user namespaces by the filter only');
  }
  const last = steps.findLastIndex(({ option, values }) => {
    return option.target !== undefined && isRoot(values[option.target]);
  });
  const flat = (part: readonly Step[]): Word[] =>
    part.flatMap((step) => [
      ...(mechanism === 'bubblewrap' ? byName(step, options) : [step.name, ...step.values]),
      ...(options.asRoot ? settingsProtected(step) : []),
    ]);
  return [...flat(steps.slice(0, last + 1)), '--ro-bind', confiner, INNER, ...flat(steps.slice(last + 1))];
}

/**
 * What is below /proc/sys is written to by its owner, and that is root also where it has no right left. Bubblewrap asks whether the
 * folder could be written to, which it can not, and leaves the files in it as they are.
 */
function settingsProtected({ name, values: [target] }: Step): Word[] {
  if (name !== '--proc' || typeof target !== 'string') return [];
  return ['sys', 'sysrq-trigger', 'irq', 'bus'].flatMap((part) => [
    '--ro-bind-try',
    `/proc/${part}`,
    `${target}/${part}`,
  ]);
}

/** Bubblewrap before 0.11 shows what has a name only; the last stage then looks whether it is what was opened. */
function byName({ name, values }: Step, { places }: AssembleOptions): Word[] {
  const [source, target] = values;
  if (!BY_DESCRIPTOR.includes(name) || typeof source !== 'object' || target === undefined) return [name, ...values];
  return [name.replace(/-fd$/, ''), placeOf(source, places).path, target];
}

const BY_DESCRIPTOR: readonly string[] = ['--bind-fd', '--ro-bind-fd'];

function placeOf({ file }: FileArgument, places: AssembleOptions['places']): OpenPlace {
  const place = places[file];
  if (place === undefined) throw new RangeError(`Cannot confine: there must be a descriptor ${JSON.stringify(file)}`);
  return place;
}

/** For the last stage: what has to be at a place of the inside when everything is mounted. */
function expectations({ arguments: words }: Confinement, { places }: AssembleOptions): string[] {
  const expected = new Map<string, OpenPlace>();
  for (const { name, option, values } of planSteps<FileArgument>(words)) {
    const target = option.target === undefined ? undefined : values[option.target];
    if (typeof target !== 'string') continue;
    const [source] = values;
    if (BY_DESCRIPTOR.includes(name) && typeof source === 'object') expected.set(target, placeOf(source, places));
    else expected.delete(target);
  }
  return [...expected].flatMap(([path, { device, inode }]) => ['--expect', path, String(device), String(inode)]);
}

function isRoot(target: string | FileArgument | undefined): boolean {
  return typeof target === 'string' && /^\/+$/.test(target);
}

/** The keys of the descriptors that a plan shows. */
export function shownDescriptors({ arguments: words }: Confinement): string[] {
  const shown = planSteps<FileArgument>(words).filter(({ name }) => BY_DESCRIPTOR.includes(name));
  return shown.flatMap(({ values: [source] }) => (typeof source === 'object' ? [source.file] : []));
}
