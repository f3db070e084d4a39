import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { AppImageError, describeAppImage, type ReadOptions } from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import { hashFile } from '../compare/hash-file.ts';
import { compareVersions } from '../versions/compare-versions.ts';
import type { Feed, FeedImage, FeedRelease } from './feed.ts';

/** Options of {@link createFeed}. */
export interface CreateFeedOptions extends ReadOptions {
  /** Paths of AppImages. */
  readonly files: readonly string[];
  /** A feed whose versions are kept, and whose images for other machines are. */
  readonly previous?: Feed | undefined;
  /** URL of the folder where the files will be. Default: beside the feed. */
  readonly baseUrl?: string | undefined;
  /** Default: what the images say. */
  readonly version?: string | undefined;
  /** Default `stable`. */
  readonly channel?: string | undefined;
  readonly publishedAt?: Date | undefined;
  readonly notesUrl?: string | undefined;
  readonly notes?: string | undefined;
  /** How many of a hundred installations get the versions. Default 100. */
  readonly rollout?: number | undefined;
  readonly minimumVersion?: string | undefined;
}

/** An image with what it says of itself. */
interface InspectedImage {
  readonly name: string | undefined;
  readonly version: string;
  readonly images: readonly FeedImage[];
}

/**
 * Makes a feed of images: versions, machines, sizes and hashes are those of the files themselves, and a control file that lies
 * beside an image is named. The same files give the same feed, in whatever order they are named.
 *
 * @throws AppImageError `malformed` for an image that does not say its version or its machine, `io`
 * @throws RangeError for a share of installations that is none; TypeError for a base that is no URL of http or https
 */
export async function createFeed(options: CreateFeedOptions): Promise<Feed> {
  const { files, previous, channel = 'stable', rollout = 100, publishedAt, notesUrl, notes, minimumVersion } = options;
  if (!(rollout >= 0 && rollout <= 100)) {
    throw new RangeError(`Cannot make feed: rollout must be a number from 0 to 100, found ${rollout}`);
  }
  const base = parseBase(options.baseUrl);
  const inspected: InspectedImage[] = [];
  for (const file of files) inspected.push(await inspect(file, base, options));
  const versions = Map.groupBy(inspected, ({ version }) => version);
  const oldRelease = (version: string) =>
    previous?.releases.find((old) => old.channel === channel && old.version === version);
  const releases = [...versions].map(
    ([version, members]): FeedRelease => ({
      version,
      channel,
      publishedAt,
      notesUrl,
      notes,
      withdrawn: undefined,
      rollout,
      minimumVersion,
      images: completed(
        members.flatMap(({ images }) => images),
        oldRelease(version)?.images,
      ),
    }),
  );
  const kept = previous?.releases.filter((old) => old.channel !== channel || !versions.has(old.version)) ?? [];
  const named = inspected.map(({ name }) => name).filter((name) => name !== undefined);
  const name = previous?.name ?? named.sort()[0] ?? inspected[0]?.images[0]?.name ?? 'Application';
  return { name, releases: [...releases, ...kept].sort(newestFirst) };
}

async function inspect(path: string, base: URL | undefined, options: CreateFeedOptions): Promise<InspectedImage> {
  const { signal } = options;
  await using image = await openAppImage(path, { signal });
  const description = await describeAppImage(image, { signal });
  const version = options.version ?? description.version?.trim();
  if (version === undefined || version === '') {
    throw new AppImageError('malformed', `Cannot list ${path} in a feed: expected a version, found none; give one`, {
      path,
    });
  }
  if (description.architectures.length === 0) {
    throw new AppImageError(
      'malformed',
      `Cannot list ${path} in a feed: expected an AppImage for a machine, found none`,
      { path },
    );
  }
  const name = basename(path);
  const urlOf = (file: string) =>
    base === undefined ? encodeURIComponent(file) : new URL(encodeURIComponent(file), base).href;
  const common = {
    name,
    size: description.size,
    sha256: (await hashFile(path, { signal })).sha256,
    urls: [urlOf(name)],
    zsync: existsSync(`${path}.zsync`) ? [urlOf(`${name}.zsync`)] : [],
  };
  const images = description.architectures.map((architecture): FeedImage => ({ ...common, architecture }));
  return { name: description.name ?? undefined, version, images };
}

/** With a slash at its end, so that what is relative to it lies in it. */
function parseBase(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`Cannot make feed: base must be a URL of http or https, found ${JSON.stringify(text)}`);
  }
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/**
 * The images of a release in their order. Two files of one name for one machine are the same one, named twice; what an earlier
 * run has said for other machines stays, as each machine's image is often made by itself.
 */
function completed(images: readonly FeedImage[], old: readonly FeedImage[] = []): FeedImage[] {
  const made = new Set(images.map(({ architecture }) => architecture));
  const all = [...old.filter(({ architecture }) => !made.has(architecture)), ...images];
  const unique = new Map(all.map((image) => [`${image.architecture}\0${image.name}`, image]));
  return [...unique].sort(([a], [b]) => compareText(a, b)).map(([, image]) => image);
}

/** Versions without a number come last; among equals the order is that of their texts. */
function newestFirst(a: FeedRelease, b: FeedRelease): number {
  const isNumbered = ({ version }: FeedRelease) => compareVersions(version, version) !== undefined;
  const numbered = Number(isNumbered(b)) - Number(isNumbered(a));
  return (
    numbered ||
    compareVersions(b.version, a.version) ||
    compareText(b.version, a.version) ||
    compareText(a.channel, b.channel)
  );
}

/** The order of code units, which knows no language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
