import type { AppImageErrorCode } from '@appimage-js/format';
import type { SourceError, SourceErrorReason } from '../source-error.ts';
import type { HttpResponse } from './http-body.ts';
import { fetchError, type HttpPlace, PassingFailure } from './http-failure.ts';
import { parseRetryAfter } from './retry.ts';

interface StatusContext {
  readonly place: HttpPlace;
  /** Whether a token or a password went along. */
  readonly isAuthorized: boolean;
}

/** Statuses with a meaning of their own. RFC 9110, section 15.5. */
const STATUSES: ReadonlyMap<number, readonly [AppImageErrorCode, SourceErrorReason, string]> = new Map([
  [401, ['not-permitted', 'refused', 'the server wants to know who asks']],
  [403, ['not-permitted', 'refused', 'the server does not permit it']],
  [404, ['not-found', 'gone', 'the server has no such thing']],
  [407, ['not-permitted', 'refused', 'the proxy wants to know who asks']],
  [410, ['not-found', 'gone', 'the server no longer has it']],
  [451, ['not-permitted', 'refused', 'the server must not send it']],
]);

/** Answers that may be others when asked again: timeout, too early. All from 500 on are, too. */
const PASSING: ReadonlySet<number> = new Set([408, 425]);

/** The error for an answer with a status that is not the expected one; its body is thrown away. */
export async function statusFailure(
  response: HttpResponse,
  { place, isAuthorized }: StatusContext,
): Promise<SourceError | PassingFailure> {
  await response.discard();
  const { status, headers } = response;
  const retryAfter = parseRetryAfter(headers.get('retry-after'));
  const limit = rateLimit(response);
  if (limit !== undefined) return rateLimitFailure(limit, { place, isAuthorized });
  if (PASSING.has(status) || status >= 500) {
    return new PassingFailure({
      message: `the server failed with status ${status}`,
      reason: 'server',
      status,
      retryAfter,
    });
  }
  const [code, reason, words] = STATUSES.get(status) ?? ['io', 'server', 'the status is not one that was expected'];
  const hint = reason === 'refused' && status !== 407 ? `; ${tokenHint(place, isAuthorized)}` : '';
  return fetchError(code, `${words} (${status})${hint}`, { reason, status, retryAfter, url: place.url });
}

interface RateLimit {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/**
 * GitHub answers 403 or 429 with `x-ratelimit-remaining: 0`, or with `retry-after` for its secondary limits; GitLab 429 with
 * `ratelimit-reset`; Gitea and Forgejo stand behind proxies that answer 429. All times are seconds since 1970.
 */
function rateLimit({ status, headers }: HttpResponse): RateLimit | undefined {
  const isSpent = (headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining')) === '0';
  const retryAfter = parseRetryAfter(headers.get('retry-after'));
  if (status !== 429 && !(status === 403 && (isSpent || retryAfter !== undefined))) return undefined;
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? '';
  const untilReset = /^\d{9,11}$/.test(reset) ? Math.max(0, Math.ceil(Number(reset) - Date.now() / 1000)) : undefined;
  return { status, retryAfter: retryAfter ?? (isSpent ? untilReset : undefined) };
}

function rateLimitFailure({ status, retryAfter }: RateLimit, context: StatusContext): SourceError | PassingFailure {
  const { url } = context.place;
  const wait = retryAfter === undefined ? '' : `, again in ${retryAfter} s`;
  const hint = context.isAuthorized
    ? ''
    : `; a token of that host raises the limit: ${tokenHint(context.place, false)}`;
  const message = `the server wants to be asked less often${wait} (${status})${hint}`;
  const details = { reason: 'rate-limited', status, retryAfter } as const;
  if (retryAfter !== undefined && retryAfter <= SHORT_WAIT) return new PassingFailure({ message, ...details });
  return fetchError('io', message, { ...details, url });
}

/** Seconds that are waited for a limit to end; beyond, and where nothing is said, there may be another way. */
const SHORT_WAIT = 10;

function tokenHint({ url }: HttpPlace, isAuthorized: boolean): string {
  const { host } = new URL(url);
  if (isAuthorized) return `check the token for ${host}`;
  if (host === 'api.github.com') return 'set GITHUB_TOKEN';
  if (host === 'gitlab.com') return 'set GITLAB_TOKEN';
  if (host === 'codeberg.org') return 'set CODEBERG_TOKEN';
  return `add "${host} TOKEN" to the file that APPIMAGE_TOKENS_FILE names`;
}
