import { rm } from 'node:fs/promises';
import { isAppImageError } from '@appimage-js/format';
import { type FetchedImage, fetchUpdate } from '../fetch/index.ts';
import { nodeOperations } from '../replace/file-operations.ts';
import { listOldVersions } from '../replace/old-versions.ts';
import type { Offer } from './find-offer.ts';
import type { UpdateOptions } from './update-options.ts';
import type { UpdateWork } from './update-work.ts';

/** Options of {@link fetchOffer}. */
export interface FetchOfferOptions extends Pick<UpdateOptions, 'forceWhole' | 'onProgress'> {
  /** Where the new file is put together. */
  readonly destination: string;
}

/**
 * Fetches what is offered into a file beside the installed one, by as few bytes as the installed version and the kept ones allow.
 *
 * @throws AppImageError as `fetchUpdate`; what was fetched so far stays for the next attempt
 */
export async function fetchOffer(
  { path, http, signal }: UpdateWork,
  { image, controlFile, refresh }: Offer,
  { destination, forceWhole = false, onProgress }: FetchOfferOptions,
): Promise<FetchedImage> {
  await clearDestination(destination);
  const kept = await listOldVersions(path, nodeOperations);
  const fetching = fetchUpdate({
    image,
    refresh,
    http,
    control: controlFile,
    seeds: [path, ...kept.map((version) => version.path)],
    destination,
    method: forceWhole ? 'whole' : 'delta',
    signal,
    onProgress: ({ phase, done, total, bytesReused, rate, secondsLeft }) =>
      onProgress?.({ step: 'fetch', phase, done, total, bytesReused, rate, secondsLeft }),
  });
  const fetched = await fetching.catch(async (error: unknown) => {
    // What is known to be wrong is of no use the next time.
    if (isAppImageError(error) && error.code === 'untrusted') await removeLeftovers(destination, ['', '.state']);
    throw error;
  });
  await removeLeftovers(destination, ['.state']);
  const control = controlFile?.bytesFetched ?? 0;
  return {
    ...fetched,
    bytesFetched: fetched.bytesFetched + control,
    requests: fetched.requests + (control > 0 ? 1 : 0),
  };
}

/** Removes what an attempt has left beside the file that it was to make: `.seed` is an attempt before that. */
async function removeLeftovers(destination: string, suffixes: readonly string[]): Promise<void> {
  for (const suffix of [...suffixes, '.seed']) await rm(`${destination}${suffix}`, { force: true });
}

/**
 * What was left by another attempt is used again, if it can only be ours: somebody else who may write to the folder could have put a
 * link there that leads to another file.
 */
async function clearDestination(destination: string): Promise<void> {
  const facts = await nodeOperations.status(destination);
  const user = process.geteuid?.();
  if (facts === undefined || (facts.isFile && facts.links === 1 && (user === undefined || facts.uid === user))) return;
  await rm(destination, { force: true });
}
