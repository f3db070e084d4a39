import { isAppImageError, parseZsync, type ZsyncControl } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import type { HttpClient } from '../http/index.ts';

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
 * @throws AppImageError of the last URL, when all fail
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
      return { control: parseZsync(bytes), controlUrl: address, url, bytesFetched: isCached ? 0 : bytes.length };
    } catch (error) {
      if (!isAppImageError(error)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}
