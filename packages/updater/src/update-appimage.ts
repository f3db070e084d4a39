import type { Comparison } from './compare/compare-image.ts';
import { publicationTime } from './compare/compare-image.ts';
import type { FetchedImage } from './fetch/index.ts';
import { nodeOperations } from './replace/file-operations.ts';
import { type ReplacedFile, replaceFile } from './replace/replace-file.ts';
import { findTarget, partPath, type ReplacementTarget } from './replace/replacement-target.ts';
import { restoreVersion } from './replace/restore-version.ts';
import { changeFileRecord, type InstalledVersion } from './state/file-record.ts';
import { parseFingerprint } from './trust/fingerprint.ts';
import { readPinnedKey } from './trust/pinned-key.ts';
import { fetchOffer } from './update/fetch-offer.ts';
import { compareOffer, findOffer, installedImage, type Offer, offeredImage } from './update/find-offer.ts';
import { runHealthCheck } from './update/health-check.ts';
import { lockTarget } from './update/target-lock.ts';
import type { CheckOptions, UpdateOptions } from './update/update-options.ts';
import type { UpdateCheck, UpdateResult } from './update/update-result.ts';
import { startWork, type UpdateWork } from './update/update-work.ts';
import { type VerifiedOffer, verifyOffer } from './update/verify-offer.ts';

/**
 * Says whether there is a newer version of an AppImage, without fetching any of it. A check that fails is an error, never "up to date".
 *
 * @throws AppImageError with the fields of `SourceError` when the source can not be asked, `not-found` where the file does not say where its
 *   updates come from
 */
export async function checkForUpdate(file: string, options: CheckOptions = {}): Promise<UpdateCheck> {
  const target = await findTarget(file, { forReading: true });
  await using work = await startWork(file, target, options);
  const offer = await findOffer(work, options);
  return describeCheck(work, offer, await compareOffer(work, offer));
}

/**
 * Updates an AppImage: asks its source for the newest version, compares, fetches what differs, verifies it against the pinned key, and
 * replaces the file in one step. Whatever happens meanwhile, the file is the old one or the new one, whole.
 *
 * @example
 * ```ts
 * import { updateAppImage } from '@appimage-js/updater';
 *
 * export async function update(file: string): Promise<string> {
 *   const { state, reason, transfer } = await updateAppImage(file, { keep: { count: 2 } });
 *   return state === 'updated' ? `${transfer?.bytesFetched} bytes fetched` : reason;
 * }
 * ```
 *
 * @throws AppImageError as `checkForUpdate`; `untrusted` when the new version or its signature does not hold, `not-permitted` when the file
 *   can not be replaced by this user, or is being updated; `io`. Nothing was replaced then
 */
export async function updateAppImage(file: string, options: UpdateOptions = {}): Promise<UpdateResult> {
  const { onProgress, signal } = options;
  const acceptedKey = options.acceptedKey === undefined ? undefined : parseFingerprint(options.acceptedKey);
  const target = await findTarget(file);
  await using _lock = await lockTarget(file, target, signal);
  await using work = await startWork(file, target, options);

  onProgress?.({ step: 'resolve' });
  const offer = await findOffer(work, options);
  onProgress?.({ step: 'compare' });
  const comparison = await compareOffer(work, offer);
  const check = describeCheck(work, offer, comparison);
  if (!isWanted(comparison, options)) return unchanged(check);

  await readPinnedKey(work.dataFolder, work.identity); // one that can not be read is told before anything is fetched
  const fetched = await fetchOffer(work, offer, { ...options, destination: partPath(target) });
  onProgress?.({ step: 'verify' });
  const verified = await verifyOffer(work, fetched, { ...options, acceptedKey });
  onProgress?.({ step: 'replace' });
  const replaced = await replace({ target, work, offer, comparison, fetched, verified }, options);
  const result = describeUpdate(check, { fetched, verified, replaced });

  const failure = options.healthCheck && (await checkHealth(target, options));
  return failure === undefined ? result : await takeBack({ work, offer, fetched, verified, replaced }, result, failure);
}

function isWanted({ state }: Comparison, { allowDowngrade, allowHeldBack }: UpdateOptions): boolean {
  if (state === 'older') return allowDowngrade === true;
  return state === 'newer' || (state === 'held-back' && allowHeldBack === true);
}

/** What is known once a new version was verified. */
interface Replacement {
  readonly target: ReplacementTarget;
  readonly work: UpdateWork;
  readonly offer: Offer;
  readonly comparison: Comparison;
  readonly fetched: FetchedImage;
  readonly verified: VerifiedOffer;
}

/** The pin comes before the file: between the two, there may only ever be more to check than necessary. */
async function replace(replacement: Replacement, { keep, healthCheck, signal }: UpdateOptions): Promise<ReplacedFile> {
  const { target, work, offer, comparison, fetched, verified } = replacement;
  await verified.pin();
  const replaced = await replaceFile({
    target,
    replacement: fetched.path,
    oldVersion: { version: work.image.version, sha256: comparison.digests.sha256 },
    newVersion: { version: verified.image.version, sha256: fetched.sha256 },
    // Without the old version there would be nothing to go back to.
    keep: healthCheck === undefined ? { ...keep } : { ...keep, count: Math.max(1, keep?.count ?? 1) },
    signal,
  });
  await changeFileRecord(work.dataFolder, work.path, { installed: describeInstalled(offer, fetched, verified) });
  return replaced;
}

async function checkHealth({ path }: ReplacementTarget, { healthCheck, onProgress, signal }: UpdateOptions) {
  if (healthCheck === undefined) return undefined;
  onProgress?.({ step: 'health-check' });
  return await runHealthCheck(path, healthCheck, signal);
}

async function takeBack(
  {
    work,
    offer,
    fetched,
    verified,
    replaced,
  }: Pick<Replacement, 'work' | 'offer' | 'fetched' | 'verified'> & { readonly replaced: ReplacedFile },
  result: UpdateResult,
  failure: string,
): Promise<UpdateResult> {
  const { path, dataFolder, record } = work;
  const failed = describeInstalled(offer, fetched, verified);
  if (replaced.kept === null)
    return { ...result, remarks: [...result.remarks, `The new version failed its check: ${failure}`] };
  const current = { version: failed.version, sha256: failed.sha256 };
  const kept = await restoreVersion({ path, version: replaced.kept, current });
  await nodeOperations.remove(kept.path);
  await changeFileRecord(dataFolder, path, { installed: record.installed, heldBack: [...record.heldBack, failed] });
  const reason = `The new version failed its check, so the old one was brought back: ${failure}`;
  return { ...result, state: 'rolled-back', reason, kept: null };
}

function describeInstalled(offer: Offer, { sha1, sha256 }: FetchedImage, { image }: VerifiedOffer): InstalledVersion {
  const { etag = null, lastModified = null, size = null } = offer.revision ?? {};
  return {
    version: image.version ?? offer.image.version ?? null,
    sha256,
    sha1,
    publishedAt: publicationTime(offer.image, offer.controlFile)?.toISOString() ?? null,
    revision: offer.revision === undefined ? null : { etag, lastModified, size },
  };
}

const CHECK_STATES = { same: 'up-to-date', newer: 'available', older: 'older', 'held-back': 'held-back' } as const;

function describeCheck(work: UpdateWork, offer: Offer, { state, reason, digests }: Comparison): UpdateCheck {
  return {
    file: work.file,
    path: work.path,
    state: CHECK_STATES[state],
    reason,
    source: work.source.raw,
    installed: installedImage(work, digests.sha256),
    offered: offeredImage(offer),
    remarks: offer.remarks,
  };
}

function unchanged(check: UpdateCheck): UpdateResult {
  const state = check.state === 'available' ? 'up-to-date' : check.state;
  return { ...check, state, updated: null, transfer: null, trust: null, kept: null };
}

function describeUpdate(
  check: UpdateCheck,
  {
    fetched,
    verified,
    replaced,
  }: { readonly fetched: FetchedImage; readonly verified: VerifiedOffer; readonly replaced: ReplacedFile },
): UpdateResult {
  const { method, reason = null, bytesReused, bytesFetched, requests } = fetched;
  const { image, trust } = verified;
  const { name, version, size } = image;
  return {
    ...check,
    state: 'updated',
    updated: { name, version, size, sha256: fetched.sha256 },
    transfer: { method, reason, bytesReused, bytesFetched, requests },
    trust: {
      state: trust.state,
      reason: trust.reason,
      fingerprint: trust.signature.key?.fingerprint ?? null,
      userIds: trust.signature.key?.userIds ?? [],
    },
    kept: replaced.kept,
    remarks: [...check.remarks, ...verified.remarks, ...replaced.remarks],
  };
}
