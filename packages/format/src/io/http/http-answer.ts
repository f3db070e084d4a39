import type { AppImageError, AppImageErrorCode } from '../../errors.ts';
import { parseContentRange } from './content-range.ts';
import { type FileIdentity, findChange, readIdentity } from './file-identity.ts';
import type { HttpAnswer, HttpRequest } from './http-connection.ts';
import { httpError, PassingFailure } from './http-error.ts';
import { parseRetryAfter } from './retry.ts';

/** A status that is no answer to the request, in words; without one, the number has to do. */
const STATUSES: ReadonlyMap<number, readonly [AppImageErrorCode, string]> = new Map([
  [401, ['not-permitted', 'the server wants to know who asks']],
  [403, ['not-permitted', 'the server does not permit it']],
  [404, ['not-found', 'the server has no such file']],
  [407, ['not-permitted', 'the proxy wants to know who asks']],
  [410, ['not-found', 'the server no longer has the file']],
  [451, ['not-permitted', 'the server must not send it']],
]);

/** Answers that may be others when asked again: timeout, too early, too many. All from 500 on are, too. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** Answers of a server to an address that has expired. */
export function isExpired({ status }: HttpAnswer): boolean {
  return status === 401 || status === 403 || status === 410;
}

/**
 * The error for a status that has none of the file's bytes. Of a file that was open already, one that is gone is a failure
 * of the network (`io`) like any other: `not-found` would be taken for something that is missing in the file.
 */
export function statusError(
  { status, headers, place }: HttpAnswer,
  known?: FileIdentity,
): AppImageError | PassingFailure {
  if (PASSING_STATUSES.has(status) || status >= 500) {
    const retryAfter = parseRetryAfter(headers.get('retry-after'));
    const waiting = retryAfter === undefined ? '' : `, to be asked again in ${Math.ceil(retryAfter / 1000)} s`;
    return new PassingFailure({ reason: `status must be 206, found ${status}${waiting}`, place, retryAfter });
  }
  const [code, words] = STATUSES.get(status) ?? ['io', 'status must be 206, found something else'];
  return httpError(known && code === 'not-found' ? 'io' : code, `${words} (${status})`, place);
}

/**
 * Checks that an answer with status 206 has the range that was asked for, or as much of it as the file has where its
 * size was not known; what it has to be the same as before is in `known`.
 *
 * @throws AppImageError `io` for another range or another file; for a form that is not read here `unsupported`, or `io` as well
 *   where the file was open already
 */
export function checkPartial(answer: HttpAnswer, asked: HttpRequest, known?: FileIdentity): FileIdentity {
  const { headers, place } = answer;
  const unsupported = known === undefined ? 'unsupported' : 'io';
  checkEncoding(answer, unsupported);
  if (/^\s*multipart\//i.test(headers.get('content-type') ?? '')) {
    throw httpError(unsupported, 'one range must come alone, found a multipart answer', place);
  }
  const field = headers.get('content-range');
  if (field === null) throw httpError(unsupported, missing('Content-Range', answer), place);
  const { range, total } = parseContentRange(field) ?? {};
  if (range === undefined) {
    throw httpError('io', `Content-Range must be of bytes, found ${JSON.stringify(field)}`, place);
  }
  if (total === undefined) {
    throw httpError(unsupported, `Content-Range must have the file's size, found ${JSON.stringify(field)}`, place);
  }
  const now = readIdentity(headers, total);
  const change = known && findChange(known, now);
  if (change !== undefined) throw changedError(change, answer);
  const last = Math.min(asked.last, total - 1);
  if (range.first !== asked.first || range.last !== last) {
    throw httpError('io', `Content-Range must be ${asked.first}-${last}, found ${range.first}-${range.last}`, place);
  }
  const length = contentLength(answer);
  if (length !== undefined && length !== last - asked.first + 1) {
    throw httpError('io', `Content-Length must be ${last - asked.first + 1}, found ${length}`, place);
  }
  return now;
}

/** The error for a whole file where a part of the one that is known was asked for: it is another one, or the server is. */
export function unexpectedWhole(answer: HttpAnswer, known: FileIdentity): AppImageError {
  const now = readIdentity(answer.headers, contentLength(answer) ?? known.size);
  const change = findChange(known, now);
  return change === undefined
    ? httpError('io', 'a range must be served as before, found the whole file', answer.place)
    : changedError(change, answer);
}

/** The error for a range that the server says is beyond the end (416). */
export function beyondEnd(answer: HttpAnswer, known: FileIdentity): AppImageError {
  const { total = known.size } = parseContentRange(answer.headers.get('content-range') ?? '') ?? {};
  const change = findChange(known, { ...known, size: total });
  return change === undefined
    ? httpError('io', `the range lies within ${known.size} bytes, found it refused (416)`, answer.place)
    : changedError(change, answer);
}

/** A body that was packed for the way has other offsets than the file. */
export function checkEncoding({ headers, place }: HttpAnswer, code: AppImageErrorCode = 'unsupported'): void {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() === 'identity') return;
  throw httpError(code, `Content-Encoding must be identity, found ${JSON.stringify(encoding)}`, place);
}

/** Bytes of the body as announced; undefined where that is not said, or makes no sense. */
export function contentLength({ headers }: HttpAnswer): number | undefined {
  const text = headers.get('content-length');
  const length = text !== null && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(length) ? length : undefined;
}

function changedError(change: string, { place }: HttpAnswer): AppImageError {
  return httpError('io', `the file changed on the server while it was read, ${change}`, place);
}

function missing(field: string, { crossOrigin }: HttpAnswer): string {
  const hint = crossOrigin ? ' (to another origin it is shown only if Access-Control-Expose-Headers names it)' : '';
  return `answer must have ${field}, found none${hint}`;
}
