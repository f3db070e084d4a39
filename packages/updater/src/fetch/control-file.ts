import { AppImageError, parseZsync, resolveZsyncUrls, type ZsyncControl } from '@appimage-js/format';
import type { HttpClient } from '../http/index.ts';
import { withoutCredentials } from '../without-credentials.ts';
import type { TransferMeter } from './transfer-meter.ts';

/** A control file, and where it came from. */
export interface FetchedControl {
  readonly control: ZsyncControl;
  /** Where it was asked for. */
  readonly controlUrl: string;
  /** Where it was found, after redirects. */
  readonly url: string;
}

interface ControlRequest {
  readonly urls: readonly string[];
  readonly http: HttpClient;
  readonly maximumSize: number;
  readonly meter: TransferMeter;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches the control file from the first URL that has one.
 *
 * @throws AppImageError of the last URL: what `http` throws, `malformed` or `unsupported` for what is no control file that
 *   can be used, `limit` for one that is too long
 */
export async function fetchControlFile({ urls, ...request }: ControlRequest): Promise<FetchedControl> {
  let failure: unknown = new AppImageError('not-found', 'Cannot fetch control file: expected a URL of one, found none');
  for (const url of urls) {
    try {
      return await fetchFrom(url, request);
    } catch (error) {
      request.signal?.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

async function fetchFrom(
  url: string,
  { http, maximumSize, meter, signal }: Omit<ControlRequest, 'urls'>,
): Promise<FetchedControl> {
  meter.requests += 1;
  const response = await http.get(url, { accept: [200], allowEncoding: true, signal });
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.length;
    meter.fetched(piece.length);
    if (size > maximumSize) {
      const shown = withoutCredentials(url);
      const message = `Cannot fetch ${shown}: a control file must have at most ${maximumSize} bytes, found more`;
      throw new AppImageError('limit', message, { url: shown });
    }
    pieces.push(piece);
  }
  return { control: parseZsync(Buffer.concat(pieces, size)), controlUrl: url, url: response.url };
}

/**
 * Where the image may be, as the control file says. Relative URLs mean the place of the control file. Where that was only a
 * redirect's target, such as a storage with signed URLs, the image is beside the URL that was asked for; where a mirror was
 * chosen, beside the mirror's.
 */
export function imageUrlsOf({ control, controlUrl, url }: FetchedControl): string[] {
  const urls = [controlUrl, url].flatMap((base) => resolveZsyncUrls(control, base).map(({ href }) => href));
  return [...new Set(urls)];
}
