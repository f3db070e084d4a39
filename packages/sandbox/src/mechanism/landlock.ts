import type { Confinement } from './confinement.ts';
import { planSteps } from './vocabulary.ts';

/** What Landlock adds to the rules about files, which follow from the arguments of the confinement. */
export interface LandlockChoices {
  /**
   * Whether abstract Unix sockets of the outside can be connected to (ABI 6). They belong to the network namespace, so that an
   * application that shares the host's network would reach them all. Default: `denied`.
   */
  readonly abstractSockets?: 'denied' | 'allowed';
  /** Whether processes of the outside can be signalled (ABI 6). Default: `denied`. */
  readonly signals?: 'denied' | 'allowed';
  /**
   * Whether TCP ports can be bound and connected to (ABI 4), those of the own network namespace included. Default: `allowed`:
   * the namespace decides.
   */
  readonly tcp?: 'denied' | 'allowed';
}

/**
 * The second wall as options for `confine --inner`: everything can be read and executed as far as the mounts allow it, and only
 * what an argument makes writable can be written. So a mount that should have been read-only and is not, for whatever reason,
 * is still not written to; and what is reached past the mounts, as by a descriptor of a folder, is no part of any rule.
 */
export function landlockOptions({ arguments: words, landlock }: Confinement): string[] {
  if (landlock === false) return [];
  const { abstractSockets = 'denied', signals = 'denied', tcp = 'allowed' } = landlock;
  return [
    '--read',
    '/',
    ...writablePlaces(words).flatMap((path) => ['--write', path]),
    ...(abstractSockets === 'denied' ? ['--deny-abstract-sockets'] : []),
    ...(signals === 'denied' ? ['--deny-signals'] : []),
    ...(tcp === 'denied' ? ['--deny-tcp'] : []),
  ];
}

/** Paths of the inside that arguments make writable; what is mounted read-only in the same place later takes one back. */
function writablePlaces(words: Confinement['arguments']): string[] {
  const places = new Set<string>();
  for (const { option, values } of planSteps(words)) {
    const target = option.target === undefined ? undefined : values[option.target];
    if (typeof target !== 'string') continue;
    if (option.effect === 'writable') places.add(target);
    else places.delete(target);
  }
  return [...places];
}
