import type { HttpClient, HttpDocument } from '../http/index.ts';
import { SourceError, type SourceErrorReason } from '../source-error.ts';

/** An object of JSON whose fields are not yet known to be there. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What is asked of an API, and what it is called in messages. */
export interface ApiRequest {
  readonly url: string;
  /** "GitHub's API". */
  readonly name: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maximumSize?: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer in JSON. */
export interface JsonAnswer {
  readonly value: unknown;
  readonly document: HttpDocument;
}

/**
 * Asks an API and parses its answer. Whatever is none (nothing at all, a page for people, half a document) is an error that
 * says so: it is no sign that there is nothing new.
 *
 * @throws AppImageError as the client, and `malformed` for what is no JSON
 */
export async function askForJson(http: HttpClient, request: ApiRequest): Promise<JsonAnswer> {
  const { url, name, accept = 'application/json', headers, maximumSize, signal } = request;
  const document = await http.getDocument(url, {
    accept,
    signal,
    ...(headers && { headers }),
    ...(maximumSize !== undefined && { maximumSize }),
  });
  const text = new TextDecoder().decode(document.bytes);
  const place = { url, name };
  if (text.trim() === '') throw answerError('empty-answer', 'expected JSON, found an empty answer', place);
  try {
    return { value: JSON.parse(text), document };
  } catch (cause) {
    if (/^\s*<(?:!doctype|html|head|body)\b/i.test(text)) {
      const message = 'expected JSON, found a page for people; a proxy or a login may be in between';
      throw answerError('html-answer', message, place, cause);
    }
    throw answerError('not-json', `expected JSON, found ${quoteStart(text)}`, place, cause);
  }
}

/** The error for an answer that can not be used. */
export function answerError(
  reason: SourceErrorReason,
  message: string,
  { url, name }: Pick<ApiRequest, 'url' | 'name'>,
  cause?: unknown,
): SourceError {
  return new SourceError('malformed', `Cannot use the answer of ${name} (${url}): ${message}`, { reason, url, cause });
}

/** An object, or the error that says what stood there instead. */
export function expectObject(value: unknown, what: string, place: Pick<ApiRequest, 'url' | 'name'>): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw answerError('unexpected-shape', `${what} must be an object, found ${kindOf(value)}`, place);
}

/** A list, or the error that says what stood there instead. */
export function expectList(value: unknown, what: string, place: Pick<ApiRequest, 'url' | 'name'>): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw answerError('unexpected-shape', `${what} must be a list, found ${kindOf(value)}`, place);
}

/** A text that says something, or the error that says what stood there instead. */
export function expectText(value: unknown, what: string, place: Pick<ApiRequest, 'url' | 'name'>): string {
  if (typeof value === 'string' && value !== '') return value;
  throw answerError('unexpected-shape', `${what} must be a text, found ${kindOf(value)}`, place);
}

/** A text; undefined for everything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A URL of http or https; undefined for what is none. */
export function webUrlOf(value: unknown): string | undefined {
  const url = URL.parse(textOf(value) ?? '');
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/** A number of bytes; undefined for what is none. */
export function sizeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** A time as APIs write it; undefined for what is none. */
export function dateOf(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** What stands there, in few words. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return quoteStart(JSON.stringify(value));
}

function quoteStart(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
