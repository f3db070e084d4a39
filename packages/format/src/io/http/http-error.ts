import { AppImageError, type AppImageErrorCode } from '../../errors.ts';

/** What was read when something went wrong: the URL as it was asked for, and the first byte that is missing. */
export interface HttpPlace {
  readonly url: string;
  readonly offset: number;
}

/** The error about a server or the way to it; `reason` begins with what was expected or what happened. */
export function httpError(code: AppImageErrorCode, reason: string, place: HttpPlace, cause?: unknown): AppImageError {
  return new AppImageError(code, `Cannot read ${place.url}: ${reason}`, { ...place, cause });
}

/** What {@link PassingFailure} knows. */
export interface PassingReason {
  readonly reason: string;
  readonly place: HttpPlace;
  readonly cause?: unknown;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfter?: number | undefined;
  /** Whether nobody listens there: a server that was there comes back perhaps, one that never was does not. */
  readonly refused?: boolean;
}

/** A failure that may not happen again; never seen outside: the last one becomes an `AppImageError`. */
export class PassingFailure extends Error {
  readonly retryAfter: number | undefined;
  readonly refused: boolean;
  readonly #reason: PassingReason;

  constructor(reason: PassingReason) {
    super(reason.reason);
    this.retryAfter = reason.retryAfter;
    this.refused = reason.refused ?? false;
    this.#reason = reason;
  }

  /** The error for the one who asked, after that many attempts. */
  final(attempts: number): AppImageError {
    const { reason, place, cause } = this.#reason;
    return httpError('io', attempts > 1 ? `${reason} (tried ${attempts} times)` : reason, place, cause);
  }
}

/** Codes of Node's `fetch` for what another attempt does not change: the name, or the certificate. */
const FINAL_CODES = /^(?:ENOTFOUND|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|UND_ERR_INVALID)/;

/** The error for a `fetch` that was rejected, or a body that broke off. */
export function connectionError(cause: unknown, place: HttpPlace): AppImageError | PassingFailure {
  const { code, message } = innermost(cause);
  const reason = `the connection failed, ${message}${code === undefined || message.includes(code) ? '' : ` (${code})`}`;
  if (code !== undefined && FINAL_CODES.test(code)) return httpError('io', reason, place, cause);
  return new PassingFailure({ reason, place, cause, refused: code === 'ECONNREFUSED' });
}

/** `fetch` says no more than that it failed; what happened is in the cause of the cause. */
function innermost(error: unknown): { readonly code: string | undefined; readonly message: string } {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (!(inner instanceof Error)) return { code: undefined, message: String(inner) };
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  // An `AggregateError` of several addresses has an empty message.
  return { code, message: inner.message === '' ? (code ?? inner.name) : inner.message };
}
