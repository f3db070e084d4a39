import { compileSeccomp } from '../seccomp/compile.ts';
import type { Confinement, FileArgument } from './confinement.ts';
import { landlockOptions } from './landlock.ts';
import type { Mechanism } from './mechanism.ts';
import { planSteps } from './vocabulary.ts';

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

/** Which parts a launch has. */
export interface AssembleOptions {
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
  { held, kept, contentsFrom }: AssembleOptions,
): AssembledLaunch {
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
      ...withInner(confinement, mechanism),
      ...['--die-with-parent', '--new-session', '--as-pid-1', '--unshare-pid'],
      ...['--info-fd', channel('info')],
      ...(held ? ['--block-fd', channel('block')] : []),
      ...(filter === undefined ? [] : ['--seccomp', channel('filter')]),
    ],
    inner: [
      ...['--ready-fd', channel('ready')],
      ...kept.flatMap((descriptor) => ['--keep-fd', String(descriptor)]),
      ...landlockOptions(confinement),
      ...(argv0 === undefined ? [] : ['--argv0', argv0]),
      '--',
      ...command,
    ],
    filter,
  };
}

/** The plan's arguments with the last stage among them: as soon as nothing covers it any more, and before the root is locked. */
function withInner({ arguments: words, seccomp }: Confinement, { confiner, setuid }: Mechanism): Word[] {
  const steps = planSteps<FileArgument>(words).filter(({ name }) => !(setuid && name === '--disable-userns'));
  if (setuid && steps.length < planSteps(words).length && (seccomp === false || seccomp.userNamespaces)) {
    throw new RangeError('Cannot confine: a setuid bubblewrap forbids user namespaces by the filter only');
  }
  const last = steps.findLastIndex(({ option, values }) => {
    return option.target !== undefined && isRoot(values[option.target]);
  });
  const flat = (part: typeof steps): Word[] => part.flatMap(({ name, values }) => [name, ...values]);
  return [...flat(steps.slice(0, last + 1)), '--ro-bind', confiner, INNER, ...flat(steps.slice(last + 1))];
}

function isRoot(target: string | FileArgument | undefined): boolean {
  return typeof target === 'string' && /^\/+$/.test(target);
}
