import type { AppImageErrorCode } from '@appimage-js/format';
import { SourceError, type SourceErrorReason } from '../source-error.ts';

/** What was asked, for messages; without a user name and a password. */
export interface HttpPlace {
  readonly url: string;
}

/** What {@link PassingFailure} knows. */
export interface PassingDetails {
  readonly message: string;
  readonly reason: SourceErrorReason;
  readonly status?: number | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** A failure that may not happen again; never seen outside: the last one becomes a `SourceError`. */
export class PassingFailure extends Error {
  readonly details: PassingDetails;

  constructor(details: PassingDetails) {
    super(details.message);
    this.details = details;
  }

  /** The error for the one who asked, after that many attempts. */
  final(attempts: number, place: HttpPlace): SourceError {
    const { message, reason, status, retryAfter, cause } = this.details;
    const text = attempts > 1 ? `${message} (tried ${attempts} times)` : message;
    return fetchError('io', text, { reason, status, retryAfter, cause, url: place.url });
  }
}

/** The error about a server or the way to it; `message` begins with what was expected or what happened. */
export function fetchError(
  code: AppImageErrorCode,
  message: string,
  details: Omit<PassingDetails, 'message'> & { readonly url: string },
): SourceError {
  return new SourceError(code, `Cannot fetch ${details.url}: ${message}`, details);
}

/** The error for a redirect that is not followed. */
export function redirectError(message: string, { url }: HttpPlace): SourceError {
  return fetchError('not-permitted', message, { reason: 'redirect', url });
}

/** Codes for what another attempt does not change: the name, the certificate, what was asked. */
const FINAL_CODES = /^(?:ENOTFOUND|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|ERR_INVALID|UND_ERR_INVALID)/;

/** The error for a request that got no answer, or whose body broke off. */
export function connectionFailure(cause: unknown, { url }: HttpPlace): SourceError | PassingFailure {
  const { code, message } = innermost(cause);
  const reason = code !== undefined && /TIMEOUT|ETIMEDOUT/.test(code) ? 'timeout' : 'connection';
  const suffix = code === undefined || message.includes(code) ? '' : ` (${code})`;
  const text = `the connection failed, ${message}${suffix}`;
  if (code !== undefined && FINAL_CODES.test(code)) return fetchError('io', text, { reason, url, cause });
  return new PassingFailure({ message: text, reason, cause });
}

function innermost(error: unknown): { readonly code: string | undefined; readonly message: string } {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (!(inner instanceof Error)) return { code: undefined, message: String(inner) };
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  // An `AggregateError` of several addresses has an empty message.
  return { code, message: inner.message === '' ? (code ?? inner.name) : inner.message };
}
