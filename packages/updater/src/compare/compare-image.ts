import { stat } from 'node:fs/promises';
import type { AvailableImage } from '../available-image.ts';
import { isSameRevision, type SourceRevision } from '../resolve/index.ts';
import type { InstalledVersion } from '../state/file-record.ts';
import { compareVersions } from '../versions/compare-versions.ts';
import { type FileDigests, hashFile } from './hash-file.ts';
import type { FetchedControlFile } from './read-control-file.ts';

/**
 * What an offered image is to the installed one.
 *
 * - `same`: the same bytes, or the same revision of a URL that never changes
 * - `newer`: another one, and nothing says that it is older
 * - `older`: an older version, by its number or by its time
 * - `held-back`: one that was taken back before
 */
export type ComparisonState = 'same' | 'newer' | 'older' | 'held-back';

/** How an offered image compares, and by what that is known. */
export interface Comparison {
  readonly state: ComparisonState;
  /** In words, for people; without a final period. */
  readonly reason: string;
  /** Of the installed file. */
  readonly digests: FileDigests;
}

/** What {@link compareImage} compares. */
export interface ComparedImages {
  readonly path: string;
  /** Of the installed image. */
  readonly version: string | null;
  readonly image: AvailableImage;
  readonly controlFile: FetchedControlFile | undefined;
  /** Whether the source says that its file is the one that was fetched last. */
  readonly unchanged: boolean;
  /** Of what is offered, where the source says no more of it. */
  readonly revision: SourceRevision | undefined;
  /** What the last update brought. */
  readonly installed: InstalledVersion | null;
  readonly heldBack: readonly InstalledVersion[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares what a source offers with what is here: by hashes where the source or the control file says any, else by the revision
 * of the URL. Version numbers alone never make two files the same, as builds of a moving target keep theirs.
 *
 * @throws AppImageError `io` when the file can not be read
 */
export async function compareImage(compared: ComparedImages): Promise<Comparison> {
  const { path, image, controlFile, installed, unchanged, signal } = compared;
  const offered = offeredDigests(compared);
  const digests = await hashFile(path, {
    sha512: offered.sha256 === undefined && offered.sha512 !== undefined,
    signal,
  });
  const answer = (state: ComparisonState, reason: string): Comparison => ({ state, reason, digests });
  const size = controlFile?.control.length ?? image.size;

  const isSame = sameContent(offered, digests);
  if (isSame) return answer('same', 'The file is the one that is offered');
  if (isSame === undefined) {
    if (unchanged && installed?.sha256 === digests.sha256) {
      return answer('same', 'The file is the one that was fetched, and the source has had no other since');
    }
    const hasSize = size === undefined ? undefined : (await stat(path)).size === size;
    if (isSameVersion(compared) && hasSize) {
      return answer('same', `Version ${image.version} of the same size is installed`);
    }
    if (isSameOffer(compared, digests) && hasSize !== false) {
      return answer('same', `Version ${image.version} was fetched before and is what is installed`);
    }
  }
  const held = findHeldBack(compared, offered);
  if (held !== undefined) return answer('held-back', heldBackReason(held));
  const older = findOlder(compared, digests);
  if (older !== undefined) return answer('older', older);
  return answer(
    'newer',
    image.version === undefined ? 'Another version is offered' : `Version ${image.version} is offered`,
  );
}

/** What the source says of the content. */
interface OfferedDigests {
  readonly sha256: string | undefined;
  readonly sha512: string | undefined;
  readonly sha1: string | undefined;
}

function offeredDigests({ image, controlFile }: ComparedImages): OfferedDigests {
  const hashes = controlFile?.control.fileHashes ?? [];
  const named = (name: string) => hashes.find(({ algorithm }) => algorithm.toUpperCase() === name)?.digest;
  return {
    sha256: image.sha256 ?? named('SHA-256'),
    sha512: image.sha512 ?? named('SHA-512'),
    sha1: controlFile?.control.sha1 ?? undefined,
  };
}

/** By the strongest hash that both have; undefined where there is none. */
function sameContent(
  offered: OfferedDigests,
  known: { readonly sha256: string; readonly sha1: string | null; readonly sha512?: string | undefined },
): boolean | undefined {
  if (offered.sha256 !== undefined) return offered.sha256 === known.sha256;
  if (offered.sha512 !== undefined && known.sha512 !== undefined) return offered.sha512 === known.sha512;
  if (offered.sha1 !== undefined && known.sha1 !== null) return offered.sha1 === known.sha1;
  return undefined;
}

/** What the source calls as it called what it gave the last time, if that is a number: a moving target keeps its name. */
function isSameOffer({ image: { version }, installed }: ComparedImages, { sha256 }: FileDigests): boolean {
  if (installed?.sha256 !== sha256 || version === undefined) return false;
  return installed.offeredVersion === version && compareVersions(version, version) === 0;
}

function findHeldBack({ heldBack, revision }: ComparedImages, offered: OfferedDigests): InstalledVersion | undefined {
  return heldBack.find((held) => {
    const isSame = sameContent(offered, held);
    if (isSame !== undefined || revision === undefined || held.revision == null) return isSame === true;
    const { etag, lastModified, size } = held.revision;
    const before = { etag: etag ?? undefined, lastModified: lastModified ?? undefined, size: size ?? undefined };
    return isSameRevision(before, revision);
  });
}

/** Why a version that was taken back is not brought again. */
export function heldBackReason({ version, sha256 }: Pick<InstalledVersion, 'version' | 'sha256'>): string {
  return `Version ${version ?? sha256.slice(0, 8)} is offered, which was taken back before`;
}

function isSameVersion({ version, image }: ComparedImages): boolean {
  return version !== null && image.version !== undefined && compareVersions(version, image.version) === 0;
}

function findOlder(
  { version, image, controlFile, installed }: ComparedImages,
  digests: FileDigests,
): string | undefined {
  const order = compareVersions(image.version ?? '', version ?? '');
  if (order !== undefined && order < 0) return `Version ${image.version} is offered, which is older than ${version}`;
  if (order !== undefined && order > 0) return undefined;
  // The time of the installed one is known if it was an update that brought it.
  const before =
    installed?.sha256 === digests.sha256 && installed.publishedAt !== null
      ? Date.parse(installed.publishedAt)
      : Number.NaN;
  const now = publicationTime(image, controlFile)?.getTime() ?? Number.NaN;
  if (!(now < before)) return undefined;
  const [then, offered] = [new Date(before), new Date(now)].map((date) => date.toISOString());
  return `A version of ${offered} is offered, which is older than the installed one, of ${then}`;
}

/** When an image was published: as its control file says, else its source. */
export function publicationTime(image: AvailableImage, controlFile: FetchedControlFile | undefined): Date | undefined {
  const mtime = controlFile?.control.mtime;
  return mtime == null ? image.publishedAt : new Date(mtime * 1000);
}
