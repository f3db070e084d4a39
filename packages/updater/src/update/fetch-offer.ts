import { open, rm } from 'node:fs/promises';
import { AppImageError, resolveZsyncUrls } from '@appimage-js/format';
import { hashFile } from '../compare/hash-file.ts';
import { nodeOperations } from '../replace/file-operations.ts';
import { listOldVersions } from '../replace/old-versions.ts';
import type { Offer } from './find-offer.ts';
import type { UpdateOptions } from './update-options.ts';
import type { UpdateTransfer } from './update-result.ts';
import type { UpdateWork } from './update-work.ts';

/** A whole new file, its hashes those that the source has said. */
export interface FetchedOffer extends UpdateTransfer {
  readonly path: string;
  readonly sha1: string;
  readonly sha256: string;
}

/**
 * Fetches what is offered into a file beside the installed one, by as few bytes as the old versions allow.
 *
 * @throws AppImageError `io`, `untrusted` when it is not what was offered; what was fetched stays for the next attempt
 */
export async function fetchOffer(
  { path, http, signal }: UpdateWork,
  offer: Offer,
  {
    destination,
    forceWhole = false,
    onProgress,
  }: Pick<UpdateOptions, 'forceWhole' | 'onProgress'> & { readonly destination: string },
): Promise<FetchedOffer> {
  await clearDestination(destination);
  const seeds = [path, ...(await listOldVersions(path, nodeOperations)).map((version) => version.path)];
  void seeds;
  void forceWhole;
  const { controlFile } = offer;
  const url = offer.image.imageUrls[0] ?? (controlFile && resolveZsyncUrls(controlFile.control, controlFile.url)[0]?.href);
  if (url === undefined)
    throw new AppImageError('not-found', `Cannot fetch ${offer.image.name}: the source names no URL`);
  const response = await http.get(url, { signal });
  let done = 0;
  {
    await using file = await open(destination, 'w', 0o600);
    for await (const piece of response.body) {
      await file.write(piece);
      done += piece.length;
      onProgress?.({ step: 'fetch', done, total: offer.image.size ?? 0 });
    }
  }
  const { sha1, sha256 } = await hashFile(destination, { signal });
  return {
    path: destination,
    sha1,
    sha256,
    method: 'whole',
    reason: null,
    bytesReused: 0,
    bytesFetched: done,
    requests: 1,
  };
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
