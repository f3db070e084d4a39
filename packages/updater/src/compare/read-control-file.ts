import { isAppImageError, parseZsync, type ZsyncControl } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import type { HttpClient } from '../http/index.ts';

/** A control file, and where it was. */
export interface FetchedControlFile {
  readonly control: ZsyncControl;
  /** After redirects; relative URLs in the control file are relative to this. */
  readonly url: string;
}

/** One of 256 MiB describes an image of more than 20 TB. */
const MAXIMUM_SIZE = 268_435_456;

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
      const { bytes, url } = await http.getDocument(address, { accept: '*/*', maximumSize: MAXIMUM_SIZE, signal });
      return { control: parseZsync(bytes), url };
    } catch (error) {
      if (!isAppImageError(error)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}
