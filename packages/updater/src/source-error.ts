import { AppImageError, type AppImageErrorCode, type AppImageErrorDetails } from '@appimage-js/format';
import { withoutCredentials } from './without-credentials.ts';

/**
 * Why a source of updates gave no answer that can be used; finer than the code, and as stable.
 *
 * - `connection`: nobody answered, or the answer broke off
 * - `timeout`: nothing was heard for too long
 * - `redirect`: a redirect that must not be followed, or too many
 * - `encoding`: a body that was packed for the way where the file itself was asked for
 * - `too-large`: an answer of an API beyond its limit
 * - `rate-limited`: the server wants to be asked less often; see `retryAfter`
 * - `refused`: the server wants to know who asks, or does not permit it (401, 403, 407, 451)
 * - `gone`: the server has no such thing (404, 410)
 * - `server`: the server failed (5xx), or answered with a status that is not expected
 * - `empty-answer`, `not-json`, `html-answer`, `unexpected-shape`: an API that answered something else than its documents
 * - `no-release`: there is no release with that tag, or none at all
 * - `no-match`: the release has no file of that name
 * - `wrong-architecture`: all files of that name are for other machines
 * - `closed-service`: the service is no more
 * - `unusable-information`: the update information says too little, or too much, to be followed
 * - `not-offered`: all versions of a feed are withdrawn, held back or for others
 */
export type SourceErrorReason =
  | 'connection'
  | 'timeout'
  | 'redirect'
  | 'encoding'
  | 'too-large'
  | 'rate-limited'
  | 'refused'
  | 'gone'
  | 'server'
  | 'empty-answer'
  | 'not-json'
  | 'html-answer'
  | 'unexpected-shape'
  | 'no-release'
  | 'no-match'
  | 'wrong-architecture'
  | 'closed-service'
  | 'unusable-information'
  | 'not-offered';

/** What is known about the failure of a source. */
export interface SourceErrorDetails extends AppImageErrorDetails {
  readonly reason: SourceErrorReason;
  /** Of HTTP. */
  readonly status?: number | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter?: number | undefined;
}

/** The error of everything that asks servers; an `AppImageError` with the fields of an answer. Passwords in URLs are left out. */
export class SourceError extends AppImageError {
  readonly reason: SourceErrorReason;
  declare readonly status?: number;
  declare readonly retryAfter?: number;

  constructor(code: AppImageErrorCode, message: string, details: SourceErrorDetails) {
    const { url } = details;
    const shown = url === undefined ? details : { ...details, url: withoutCredentials(url) };
    super(code, withoutCredentials(message), shown);
    this.reason = details.reason;
    if (details.status !== undefined) this.status = details.status;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }

  override toJSON(): Record<string, unknown> {
    const { reason, status, retryAfter } = this;
    return {
      ...super.toJSON(),
      reason,
      ...(status !== undefined && { status }),
      ...(retryAfter !== undefined && { retryAfter }),
    };
  }
}

/** Tells a {@link SourceError} from any other value, even one thrown by another copy of this package. */
export function isSourceError(value: unknown): value is SourceError {
  return value instanceof Error && value.name === 'AppImageError' && 'reason' in value;
}
