import type { HttpClient } from '../http/index.ts';
import type { ApiBases } from '../resolve/index.ts';
import type { Findings } from './finding.ts';

/** What every check works with. */
export interface CheckContext {
  /** Undefined where nothing is to be asked of any server. */
  readonly http: HttpClient | undefined;
  readonly apiBases: ApiBases | undefined;
  readonly findings: Findings;
  /** Names of the files that are published together, as far as they are known. */
  readonly fileNames: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** Of control files and feeds, in bytes. */
export const MAXIMUM_SMALL_SIZE: number = 64 * 1_048_576;

/** What is checked: a file or a URL, told apart by its beginning. */
export function isUrl(target: string): boolean {
  return /^https?:\/\//i.test(target);
}
