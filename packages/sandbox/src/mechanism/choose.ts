import { AppImageError } from '@appimage-js/format';
import type { MechanismFacts, MechanismState } from './facts.ts';
import type { Mechanism } from './mechanism.ts';

/** Options of {@link chooseMechanism}. */
export interface ChooseMechanismOptions {
  /** Only this one will do. Default: bubblewrap where it works, else this toolkit's own program. */
  readonly prefer?: Mechanism['name'];
}

/**
 * Chooses what confines programs on a host.
 *
 * @throws AppImageError `not-permitted` when nothing can, with the reason of each and what helps
 */
export function chooseMechanism(facts: MechanismFacts, { prefer }: ChooseMechanismOptions = {}): Mechanism {
  const { architecture, confiner, landlock, obstacles } = facts;
  const names = prefer === undefined ? (['bubblewrap', 'own'] as const) : ([prefer] as const);
  for (const name of names) {
    const state = facts[name];
    if (state.works && architecture !== undefined && confiner !== undefined) {
      return { name, path: state.path, setuid: state.setuid, confiner, architecture, landlock };
    }
  }
  const reasons = names.map((name) => `${describe(name)}: ${reasonOf(facts[name], confiner)}`);
  const remedies = obstacles.map(({ what, remedy }) => `${what}: ${remedy}`);
  const help = remedies.length === 0 ? '' : `; what helps: ${remedies.join('; or, as ')}`;
  throw new AppImageError(
    'not-permitted',
    `Cannot confine: no sandbox can be made here (${reasons.join('; ')})${help}`,
  );
}

function describe(name: Mechanism['name']): string {
  return name === 'own' ? 'by namespaces' : 'by bubblewrap';
}

function reasonOf(state: MechanismState, confiner: string | undefined): string {
  if (!state.works) return state.reason;
  return confiner === undefined ? 'the program of its last stage is not there' : 'there is no filter for this machine';
}
