import { SourceError } from '../source-error.ts';
import { compareVersions } from '../versions/compare-versions.ts';
import type { Feed, FeedImage, FeedRelease } from './feed.ts';
import { takesPart } from './rollout.ts';

/** For whom a version is looked for. */
export interface FeedWish {
  readonly architecture: string | undefined;
  readonly currentVersion: string | undefined;
  readonly channel: string | undefined;
  readonly stableId: string | undefined;
  /** Of the feed, for messages. */
  readonly url: string;
}

/** What was found, and why newer ones were not taken. */
export interface ChosenRelease {
  readonly release: FeedRelease;
  readonly image: FeedImage;
  /** Other files of the release for the same machine. */
  readonly alternatives: readonly string[];
  readonly remarks: readonly string[];
}

/**
 * Chooses the first version in the feed's order that this installation may have: of its channel, for its machine, not
 * withdrawn, released far enough, and reachable from the version that is here.
 *
 * @throws AppImageError `unsupported` where all that is offered is for other machines, `not-found` where nothing is offered
 */
export function chooseFeedRelease(feed: Feed, wish: FeedWish): ChosenRelease {
  const { channel = 'stable', currentVersion, architecture } = wish;
  const ofChannel = feed.releases.filter((release) => release.channel === channel);
  const remarks: string[] = [];
  const current = ofChannel.find(({ version }) => version === currentVersion);
  if (current?.withdrawn !== undefined)
    remarks.push(`version ${current.version}, which is here, was withdrawn: ${current.withdrawn}`);
  let isThereForOthers = false;
  for (const release of ofChannel) {
    const obstacle = findObstacle(feed, release, wish);
    if (obstacle !== undefined) {
      if (release !== current) remarks.push(`version ${release.version} ${obstacle}`);
      continue;
    }
    const images = release.images.filter((image) => architecture === undefined || image.architecture === architecture);
    const [image, ...others] = images;
    if (image !== undefined) return { release, image, alternatives: others.map(({ name }) => name), remarks };
    isThereForOthers ||= release.images.length > 0;
  }
  const why = remarks.length === 0 ? '' : `; ${remarks.join('; ')}`;
  const { url } = wish;
  if (isThereForOthers) {
    const message = `Cannot find an update in the feed of ${feed.name}: expected a file for ${architecture}, found none${why}`;
    throw new SourceError('unsupported', message, { reason: 'wrong-architecture', url });
  }
  const message = `Cannot find an update in the feed of ${feed.name}: expected a version in channel ${channel}, found none that is offered${why}`;
  throw new SourceError('not-found', message, { reason: 'not-offered', url });
}

/** Why a version is not for this installation; undefined where nothing is in the way. */
function findObstacle(feed: Feed, release: FeedRelease, wish: FeedWish): string | undefined {
  const { version, withdrawn, rollout, minimumVersion } = release;
  const { currentVersion, stableId } = wish;
  if (withdrawn !== undefined) return `was withdrawn: ${withdrawn}`;
  // Who has it already is not asked again.
  if (version !== currentVersion && !takesPart({ stableId, name: feed.name, version, rollout })) {
    return `is released to ${rollout} % so far, which this installation is not among`;
  }
  if (minimumVersion === undefined || currentVersion === undefined) return undefined;
  const order = compareVersions(currentVersion, minimumVersion);
  return order !== undefined && order < 0 ? `needs version ${minimumVersion} to be updated from` : undefined;
}
