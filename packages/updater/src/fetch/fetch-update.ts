import { AppImageError, isAppImageError } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import { type FetchedControl, fetchControlFile, imageUrlsOf } from './control-file.ts';
import { expectedByBoth, expectedByControl, expectedBySource } from './expected-file.ts';
import { fetchDelta } from './fetch-delta.ts';
import type { FetchedImage, FetchOptions } from './fetch-options.ts';
import { fetchWhole } from './fetch-whole.ts';
import { TransferMeter } from './transfer-meter.ts';

const CONTROL_FILE_SIZE = 64 * 1_048_576;

/** Times that the fetch begins anew because the file is another one by now. */
const RESTARTS = 2;

/**
 * Fetches an image: what old files have of it is taken from there, the rest is asked for in ranges. Where there is no control
 * file, or it or the servers are of no use, the whole file is downloaded, and `reason` says why. Every block, and in the end the
 * whole file, is compared with the sums that the source gives.
 *
 * @throws AppImageError `untrusted` for a file that is not what was promised; `limit` beyond `limits`; `io` when the disk is full
 *   or can not be written, and, as `not-found` and `not-permitted`, for servers that do not answer with the file
 */
export async function fetchUpdate(options: FetchOptions): Promise<FetchedImage> {
  const meter = new TransferMeter(options.onProgress);
  let { image, control } = options;
  for (let restarts = 0; ; restarts++) {
    const attempt = await attemptDelta({ ...options, image, control }, meter);
    if ('fetched' in attempt) return attempt.fetched;
    const isLast = restarts >= RESTARTS || !attempt.isChanged;
    if (isLast) return await downloadWhole({ ...options, image }, { ...attempt, meter });
    if (options.refresh !== undefined) image = await options.refresh(options.signal);
    control = undefined;
  }
}

/** An image, or why there is none. */
type DeltaAttempt =
  | { readonly fetched: FetchedImage }
  | { readonly reason: string; readonly isChanged: boolean; readonly control: FetchedControl | undefined };

async function attemptDelta(options: FetchOptions, meter: TransferMeter): Promise<DeltaAttempt> {
  const { image, destination, limits = {}, refresh, signal } = options;
  const failed = (reason: string, control?: FetchedControl): DeltaAttempt => ({ reason, isChanged: false, control });
  if (options.method === 'whole') {
    const mustAsk = options.control === undefined && image.imageUrls.length === 0 && image.controlFileUrls.length > 0;
    return failed('that was asked for', mustAsk ? await getControl(options, meter) : options.control);
  }
  if (options.control === undefined && image.controlFileUrls.length === 0) return failed('there is no control file');
  let control: FetchedControl;
  try {
    control = options.control ?? (await getControl(options, meter));
  } catch (error) {
    signal?.throwIfAborted();
    if (image.imageUrls.length === 0 || !isAppImageError(error)) throw error;
    return failed(error.message);
  }
  const expected = expectedByBoth(image, control.control);
  if (expected === undefined) return failed('the control file is of another file than the source offers', control);
  checkSize(image.name, control.control.length, limits.imageSize);
  const renew = refresh && (async () => (await refresh(signal)).imageUrls);
  const { imageUrls } = image;
  const outcome = await fetchDelta({ ...options, fetched: control, imageUrls, expected, meter, renew });
  if (!outcome.isDone) return { ...outcome, control };
  const { hashes, bytesReused, wasWhole } = outcome;
  const isWhole = wasWhole || bytesReused === 0;
  const reason = wasWhole ? 'a server sends no parts of files' : 'no old file has anything of it';
  return {
    fetched: {
      path: destination,
      size: control.control.length,
      sha1: hashes.sha1,
      sha256: hashes.sha256,
      bytesReused,
      bytesFetched: meter.bytesFetched,
      requests: meter.requests,
      method: isWhole ? 'whole' : 'delta',
      ...(isWhole && { reason }),
    },
  };
}

async function getControl({ image, http, limits = {}, signal }: FetchOptions, meter: TransferMeter) {
  const { controlFileSize: maximumSize = CONTROL_FILE_SIZE } = limits;
  return await fetchControlFile({ urls: image.controlFileUrls, http, maximumSize, meter, signal });
}

async function downloadWhole(
  options: FetchOptions,
  why: { readonly reason: string; readonly control: FetchedControl | undefined; readonly meter: TransferMeter },
): Promise<FetchedImage> {
  const { image, destination, http, limits = {}, signal } = options;
  const { control, meter, reason } = why;
  const urls = [...new Set([...image.imageUrls, ...(control ? imageUrlsOf(control) : [])])];
  const { size, hashes } = await fetchWhole({
    name: image.name,
    urls: urls.filter((url) => /^https?:/.test(url) && URL.canParse(url)),
    expected: expectedOfWhole(image, control),
    destination,
    http,
    maximumSize: limits.imageSize,
    meter,
    signal,
  });
  const { sha1, sha256 } = hashes;
  const { bytesReused, bytesFetched, requests } = meter;
  return { path: destination, size, sha1, sha256, bytesReused, bytesFetched, requests, method: 'whole', reason };
}

/** Where the source and the control file contradict one another, the source is asked first and so it is believed. */
function expectedOfWhole(image: AvailableImage, control: FetchedControl | undefined) {
  if (control === undefined) return expectedBySource(image);
  const both = expectedByBoth(image, control.control);
  if (both !== undefined) return both;
  return image.sha256 === undefined && image.sha512 === undefined
    ? expectedByControl(control.control)
    : expectedBySource(image);
}

function checkSize(name: string, size: number, maximum: number | undefined): void {
  if (maximum === undefined || size <= maximum) return;
  throw new AppImageError('limit', `Cannot fetch ${name}: it must have at most ${maximum} bytes, found ${size} bytes`);
}
