import { isAppImageError } from '@appimage-js/format';
import { isSourceError, SourceError } from '../../source-error.ts';
import { isPattern, matchesPattern } from '../name-pattern.ts';
import type { Release } from './release.ts';

/** The questions that a service with releases answers. */
export interface Forge {
  /** "GitHub releases of owner/repository". */
  readonly name: string;
  /** Where people look. */
  readonly url: string;
  /** Undefined where the service has no notion of a pre-release. */
  readonly hasPrereleases: boolean;
  /** The newest that is for everybody. */
  latest(): Promise<Release>;
  byTag(tag: string): Promise<Release>;
  /** All releases, newest first, page by page as they are asked for. */
  list(): AsyncIterable<Release>;
}

/** Releases that are looked at before a search is given up. */
const MAXIMUM_RELEASES = 1000;

/**
 * Finds the release that update information means: `latest` without pre-releases, `latest-pre` the newest pre-release,
 * `latest-all` the newest of either, a tag with stars the newest that matches, everything else the tag of that name.
 * Drafts are never it.
 *
 * @throws AppImageError `not-found` where there is none, and what asking the service throws
 */
export async function findRelease(forge: Forge, tag: string): Promise<Release> {
  if (tag === 'latest') return await named(forge, 'latest release', () => forge.latest());
  if (tag === 'latest-pre') {
    if (!forge.hasPrereleases) throw noRelease(forge, 'this service knows no pre-releases; use latest');
    return await firstOf(forge, 'a pre-release', ({ isPrerelease }) => isPrerelease);
  }
  if (tag === 'latest-all') return await firstOf(forge, 'a release', () => true);
  if (isPattern(tag))
    return await firstOf(forge, `a release with a tag like ${tag}`, (release) => matchesPattern(release.tag, tag));
  return await named(forge, `release with the tag ${tag}`, () => forge.byTag(tag));
}

async function named(forge: Forge, what: string, ask: () => Promise<Release>): Promise<Release> {
  let release: Release;
  try {
    release = await ask();
  } catch (cause) {
    if (isAppImageError(cause) && cause.code === 'not-found' && isSourceError(cause) && cause.reason === 'gone') {
      throw noRelease(forge, `there is no ${what}, or the project is not public`, cause);
    }
    throw cause;
  }
  if (release.isDraft) throw noRelease(forge, `the ${what} is a draft`);
  return release;
}

async function firstOf(forge: Forge, what: string, isWanted: (release: Release) => boolean): Promise<Release> {
  let seen = 0;
  try {
    for await (const release of forge.list()) {
      if (!release.isDraft && isWanted(release)) return release;
      seen += 1;
      if (seen >= MAXIMUM_RELEASES) break;
    }
  } catch (cause) {
    if (isSourceError(cause) && cause.reason === 'gone') {
      throw noRelease(forge, 'there is no such project, or it is not public', cause);
    }
    throw cause;
  }
  throw noRelease(forge, `expected ${what}, found none among ${seen} releases`);
}

function noRelease({ name, url }: Forge, message: string, cause?: unknown): SourceError {
  return new SourceError('not-found', `Cannot find an update in ${name}: ${message}`, {
    reason: 'no-release',
    url,
    cause,
  });
}
