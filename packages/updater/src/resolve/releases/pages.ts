import type { HttpClient } from '../../http/index.ts';
import { type ApiRequest, askForJson, expectList } from '../api-answer.ts';

/** Pages that are asked for before a list is taken for one without an end. */
const MAXIMUM_PAGES = 40;

/** Delivers the items of a list that comes in pages, as the `Link` headers lead through it. RFC 8288. */
export async function* pagedItems(http: HttpClient, request: ApiRequest): AsyncGenerator<unknown, void, undefined> {
  let url: string | undefined = request.url;
  for (let page = 0; url !== undefined && page < MAXIMUM_PAGES; page++) {
    const { value, document } = await askForJson(http, { ...request, url });
    yield* expectList(value, 'the list of releases', request);
    url = nextPage(document.headers.get('link'), url);
  }
}

/** The URL of the next page; one at another origin is none, as nobody said that it may be asked. */
export function nextPage(link: string | null, current: string): string | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(/<([^<>]*)>((?:\s*;[^,<]*)*)/g)) {
    if (!/;\s*rel\s*=\s*"?(?:[^";]*\s)?next(?:\s[^";]*)?"?\s*(?:;|$)/i.test(parameters.trim())) continue;
    const url = URL.parse(target, current);
    if (url !== null && url.origin === new URL(current).origin && url.href !== current) return url.href;
  }
  return undefined;
}
