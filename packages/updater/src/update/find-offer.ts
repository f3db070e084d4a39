import { AppImageError, isAppImageError } from '@appimage-js/format';
import { type Comparison, compareImage } from '../compare/compare-image.ts';
import { type FetchedControlFile, readControlFile } from '../compare/read-control-file.ts';
import { type FetchedFeed, type ResolvedUpdate, resolveUpdate, type SourceRevision } from '../resolve/index.ts';
import type { InstalledVersion } from '../state/file-record.ts';
import { installationId } from '../state/installation-id.ts';
import { type PinnedKey, readPinnedKey } from '../trust/pinned-key.ts';
import { withoutCredentials } from '../without-credentials.ts';
import type { CheckOptions } from './update-options.ts';
import type { InstalledImage, OfferedImage } from './update-result.ts';
import type { UpdateWork } from './update-work.ts';

/** What a source offers, and what its control file says of it. */
export interface Offer extends ResolvedUpdate {
  readonly controlFile: FetchedControlFile | undefined;
}

/** Asks the source what it offers. */
export async function findOffer(
  work: UpdateWork,
  { channel, apiBases }: Pick<CheckOptions, 'channel' | 'apiBases'>,
): Promise<Offer> {
  const { http, image, record, path, signal } = work;
  const pinned = await readPinnedKey(work.dataFolder, work.identity);
  const resolved = await resolveUpdate(work.source, {
    http,
    architecture: image.architectures[0],
    currentVersion: image.version ?? undefined,
    stableId: await installationId(work.dataFolder, path),
    channel,
    previousRevision: previousRevision(record.installed?.revision),
    apiBases,
    // Without a key to judge it by, a signature says nothing, so it is not asked for.
    verifyFeed: pinned && ((feed) => verifyFeed(pinned, feed)),
    signal,
  });
  const remarks = [...resolved.remarks];
  const controlFile = await readControlFile(resolved.image, { http, signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    // Without one, the whole image can still be had; but what passes by itself is no reason to fetch so much.
    if (resolved.image.imageUrls.length === 0 || !isAppImageError(error) || !LASTING.has(error.code)) throw error;
    remarks.push(`The control file can not be used, so the whole file is fetched: ${error.message}`);
    return undefined;
  });
  return { ...resolved, remarks, controlFile };
}

const LASTING: ReadonlySet<string> = new Set(['malformed', 'not-found', 'unsupported', 'limit']);

/** Compares what is offered with the file. */
export function compareOffer({ path, image, record, signal }: UpdateWork, offer: Offer): Promise<Comparison> {
  return compareImage({
    path,
    version: image.version,
    image: offer.image,
    controlFile: offer.controlFile,
    unchanged: offer.unchanged,
    revision: offer.revision,
    installed: record.installed,
    heldBack: record.heldBack,
    signal,
  });
}

/**
 * A feed that is signed must be so by the key that is pinned for the application: it says which version is the newest. One without a
 * signature can at most keep new versions from being seen, as images are judged by themselves.
 */
async function verifyFeed(pinned: PinnedKey, { url, bytes, signature }: FetchedFeed): Promise<void> {
  if (signature === undefined) return;
  const { verifyDetached } = await import('@appimage-js/format/openpgp');
  const verdict = await verifyDetached({ message: bytes, signature, trustedKeys: [pinned.armored] });
  if (verdict.state === 'good') return;
  const shown = withoutCredentials(url);
  throw new AppImageError(
    'untrusted',
    `Cannot use feed ${shown}: expected a signature of ${pinned.fingerprint}: ${verdict.reason}`,
    { url: shown },
  );
}

function previousRevision(revision: InstalledVersion['revision'] | undefined): SourceRevision | undefined {
  if (revision == null) return undefined;
  const { etag, lastModified, size } = revision;
  return { etag: etag ?? undefined, lastModified: lastModified ?? undefined, size: size ?? undefined };
}

/** The installed version as results tell it. */
export function installedImage(
  { image: { name, version, size } }: Pick<UpdateWork, 'image'>,
  sha256: string,
): InstalledImage {
  return { name, version, size, sha256 };
}

/** What is offered as results tell it. */
export function offeredImage({ image, controlFile }: Offer): OfferedImage {
  const { name, version = null, publishedAt = null } = image;
  const notesUrl = image.notesUrl === undefined ? null : withoutCredentials(image.notesUrl);
  return { name, version, size: controlFile?.control.length ?? image.size ?? null, publishedAt, notesUrl };
}
