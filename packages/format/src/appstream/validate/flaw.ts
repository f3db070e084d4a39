/**
 * How much a flaw of metadata weighs.
 *
 * - `error`: the metadata can not be used, or not as they are meant
 * - `warning`: they are used, and something in them is wrong
 * - `note`: they could be better
 */
export type AppStreamFlawSeverity = 'error' | 'warning' | 'note';

/** Something that is wrong with AppStream metadata. */
export interface AppStreamFlaw {
  readonly severity: AppStreamFlawSeverity;
  /**
   * What kind of flaw it is, in the words of `appstreamcli`, by which the specification explains it: "Validator issues",
   * https://www.freedesktop.org/software/appstream/docs/sect-ValidatorIssues.html
   */
  readonly tag: string;
  /** What was expected and what was found, without a final period. */
  readonly message: string;
}
