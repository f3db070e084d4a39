/**
 * How much a flaw weighs.
 *
 * - `error`: the specification forbids it
 * - `warning`: it is deprecated, or forbidden by a later reading of the specification, and readers live with it
 * - `note`: it is allowed, and not as useful as it could be
 */
export type DesktopEntryFlawSeverity = 'error' | 'warning' | 'note';

/** Something that is wrong with a desktop entry file. */
export interface DesktopEntryFlaw {
  readonly severity: DesktopEntryFlawSeverity;
  /** Counted from 1; null for what is not there. */
  readonly line: number | null;
  /** The key with its locale, such as `Name[de]`; null for what is not about a key. */
  readonly key: string | null;
  /** What was expected and what was found, without a final period. */
  readonly message: string;
}
