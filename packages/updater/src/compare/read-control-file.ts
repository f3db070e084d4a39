import { AppImageError, isAppImageError, parseZsync, type ZsyncControl } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import type { HttpClient } from '../http/index.ts';
import { SourceError } from '../source-error.ts';
import { withoutCredentials } from '../without-credentials.ts';

/** A control file, and where it was. */
export interface FetchedControlFile {
  readonly control: ZsyncControl;
  /** Where it was asked for. */
  readonly controlUrl: string;
  /** Where it was found, after redirects. */
  readonly url: string;
  /** Bytes of it that had to be fetched: none where it is the one that was here already. */
  readonly bytesFetched: number;
}

/** That of an image of 6 GB with blocks of 2 KiB; larger ones have larger blocks. */
const MAXIMUM_SIZE = 67_108_864;

/**
 * Fetches the control file of an image, from the first of its URLs that has one that can be read; undefined where the source names none.
 *
 * @throws AppImageError of the first URL, when all fail
 */
export async function readControlFile(
  { controlFileUrls }: AvailableImage,
  { http, signal }: { readonly http: HttpClient; readonly signal?: AbortSignal | undefined },
): Promise<FetchedControlFile | undefined> {
  let failure: unknown;
  for (const address of controlFileUrls) {
    try {
      const answer = await http.getDocument(address, { accept: '*/*', maximumSize: MAXIMUM_SIZE, signal });
      const { bytes, url, isCached } = answer;
      return {
        control: parseControlFile(bytes, url),
        controlUrl: address,
        url,
        bytesFetched: isCached ? 0 : bytes.length,
      };
    } catch (error) {
      if (!isAppImageError(error)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

function parseControlFile(bytes: Uint8Array, url: string): ZsyncControl {
  try {
    return parseZsync(bytes);
  } catch (error) {
    throw isAppImageError(error) ? badControlFile(bytes, url, error) : error;
  }
}

/** Says where what is no control file comes from, and whether it is nothing at all or a page for people. */
function badControlFile(bytes: Uint8Array, url: string, cause: AppImageError): AppImageError {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const isPage = /^\s*<(?:!doctype|html|head|body|\?xml)\b/i.test(start);
  if (bytes.length > 0 && !isPage) {
    const { code, message } = cause;
    return new AppImageError(code, `${message}, at ${withoutCredentials(url)}`, {
      url: withoutCredentials(url),
      cause,
    });
  }
  const found = isPage ? 'a page for people' : 'an empty answer';
  const message = `Cannot use ${url}: expected a control file of zsync, found ${found}`;
  return new SourceError('malformed', message, { reason: isPage ? 'html-answer' : 'empty-answer', url, cause });
}
