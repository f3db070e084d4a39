/**
 * How something that a start may depend on was found:
 *
 * - `ok`: it is there and works
 * - `absent`: it is not there, and nothing is wrong with that here
 * - `weak`: applications start all the same, but some of what they want will not be had
 * - `broken`: something is set up in a way that keeps applications from starting or from being confined
 */
export type FindingState = 'ok' | 'absent' | 'weak' | 'broken';

/** What of this system was looked at, and how it was found. */
export interface Finding {
  /** Stable, such as `fuse-device`. */
  readonly id: string;
  readonly area: 'start' | 'confinement' | 'desktop' | 'image';
  readonly title: string;
  readonly state: FindingState;
  /** What was found, in words. */
  readonly found: string;
  /** What mends it on this distribution; null where there is nothing to mend, or nobody knows. */
  readonly remedy: string | null;
}

/** A finding without the parts that its author need not repeat. */
export type FindingDraft = Omit<Finding, 'remedy'> & { readonly remedy?: string | undefined };

/** Completes a finding; what is as it should be has no remedy. */
export function finding({ remedy, ...draft }: FindingDraft): Finding {
  const needsNone = draft.state === 'ok' || draft.state === 'absent';
  return { ...draft, remedy: needsNone ? null : (remedy ?? null) };
}
