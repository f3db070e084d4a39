import type { UpdateInformation } from '@appimage-js/format';
import { withoutCredentials } from '../without-credentials.ts';

/** What tells an application from all others, whatever its file is called and wherever it lies. */
export interface IdentityFacts {
  readonly updateInformation: UpdateInformation | null;
  /** As the desktop entry has it. */
  readonly name: string | null;
  /** Where it comes from, for files that do not say: the text of the source that the user gave. */
  readonly origin: string | null;
  /** Of the file; the last resort. */
  readonly path: string;
}

/**
 * The stable identity of an application, by which its key is pinned: the update information, which never changes while an application is
 * published; else the name together with the source that the user has given; else the path of the file.
 */
export function applicationIdentity({ updateInformation, name, origin, path }: IdentityFacts): string {
  if (updateInformation !== null) return `update-information:${updateInformation.raw}`;
  if (origin !== null) return `source:${withoutCredentials(origin)}|${name ?? ''}`; // a password may change
  return `file:${path}`;
}
