import type { UpdateInformation, UpdateSource } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';
import { resolveFeed } from '../feed/resolve-feed.ts';
import { isSourceError, SourceError } from '../source-error.ts';
import { resolveJsonFields } from './json-fields.ts';
import { resolveOcs } from './ocs.ts';
import { resolveDirectLink, resolveZsyncUrl } from './plain-url.ts';
import { chooseAsset } from './releases/choose-asset.ts';
import { type Forge, findRelease } from './releases/find-release.ts';
import { giteaReleases } from './releases/gitea.ts';
import { githubReleases } from './releases/github.ts';
import { releaseByWeb } from './releases/github-web.ts';
import { gitlabReleases } from './releases/gitlab.ts';
import { resolveManifest } from './releases/latest-linux-yml.ts';
import type { Release } from './releases/release.ts';
import type { Resolution, ResolvedUpdate, ResolveOptions } from './resolve-options.ts';

type ReleaseSource = Extract<UpdateSource, { readonly tag: string }>;

/**
 * Asks a source of updates for the newest image that it offers. Nothing of the image is fetched, and nothing is compared
 * with what is here: that an answer could not be had, or not be used, is always an error.
 *
 * @throws AppImageError with the fields of `SourceError`: `not-found` where nothing is offered, `unsupported` where only files
 *   for other machines are, `malformed` for answers and update information that can not be used, `not-permitted`, `io`
 */
export async function resolveUpdate(
  source: UpdateSource | UpdateInformation,
  options: ResolveOptions,
): Promise<ResolvedUpdate> {
  const known = sourceOf(source);
  const resolution = await resolve(known, options);
  const { image, alternatives = [], remarks = [], revision, unchanged = false } = resolution;
  return {
    source: known,
    image,
    alternatives,
    remarks: [...remarksOn(source), ...remarks],
    revision,
    unchanged,
    refresh: async (signal) =>
      sameImage(image, (await resolve(known, { ...options, signal, previousRevision: undefined })).image),
  };
}

/** Update information says what keeps it from being followed; a source is what it is. */
function sourceOf(source: UpdateSource | UpdateInformation): UpdateSource {
  if (!('raw' in source)) return source;
  if (source.source !== null) return source.source;
  const [problem] = source.problems;
  const message = `Cannot follow update information ${JSON.stringify(source.raw)}: ${problem?.message ?? 'it says too little'}; give another source`;
  throw new SourceError('unsupported', message, { reason: 'unusable-information' });
}

/** What is worth knowing where the information can be followed all the same. */
function remarksOn(source: UpdateSource | UpdateInformation): string[] {
  return 'raw' in source ? source.problems.map(({ message }) => `update information: ${message}`) : [];
}

function resolve(source: UpdateSource, options: ResolveOptions): Promise<Resolution> {
  const { http } = options;
  switch (source.transport) {
    case 'zsync':
      return Promise.resolve().then(() => resolveZsyncUrl(source));
    case 'direct-link':
      return resolveDirectLink(http, source, options);
    case 'appimage-feed':
      return resolveFeed(http, source, options);
    case 'json-fields':
      return resolveJsonFields(http, source, options);
    case 'gh-releases-zsync':
    case 'gh-releases-direct':
    case 'cb-releases-zsync':
    case 'gitea-releases-zsync':
    case 'forgejo-releases-zsync':
    case 'gl-releases-zsync':
    case 'gitlab-releases-zsync':
      return resolveRelease(source, options);
    case 'pling-v1-zsync':
    case 'ocs-v1-appimagehub-zsync':
    case 'ocs-v1-appimagehub-direct':
      return resolveOcs(http, source, options);
    case 'gh-linux-yml':
      return resolveManifest(http, source, options);
    case 'bintray-zsync':
      return Promise.reject(closedService());
  }
}

async function resolveRelease(source: ReleaseSource, options: ResolveOptions): Promise<Resolution> {
  const forge = forgeOf(source, options);
  const isControlFile = source.transport !== 'gh-releases-direct';
  const wish = {
    file: source.file,
    isControlFile,
    architecture: options.architecture,
    name: forge.name,
    url: forge.url,
  };
  try {
    return chooseAsset(await findRelease(forge, source.tag), wish);
  } catch (error) {
    const release = await otherWay(source, options, error);
    if (release === undefined) throw error;
    const resolution = chooseAsset(release, wish);
    const remark = "GitHub's API wants to be asked less often, so the release was found by its page";
    return { ...resolution, remarks: [remark, ...(resolution.remarks ?? [])] };
  }
}

/** GitHub's limit is hit by everybody behind the same address; its pages have none. Their failure is not the first one's. */
async function otherWay(source: ReleaseSource, options: ResolveOptions, error: unknown): Promise<Release | undefined> {
  if (!isSourceError(error) || error.reason !== 'rate-limited') return undefined;
  if (source.transport !== 'gh-releases-zsync' && source.transport !== 'gh-releases-direct') return undefined;
  try {
    return await releaseByWeb(options.http, source, options);
  } catch (failure) {
    options.signal?.throwIfAborted();
    if (isSourceError(failure)) return undefined;
    throw failure;
  }
}

function forgeOf(source: ReleaseSource, options: ResolveOptions): Forge {
  const { http } = options;
  switch (source.transport) {
    case 'gh-releases-zsync':
    case 'gh-releases-direct':
      return githubReleases(http, source, options);
    case 'cb-releases-zsync':
      return giteaReleases(http, { ...source, host: 'codeberg.org' }, options);
    case 'gitea-releases-zsync':
    case 'forgejo-releases-zsync':
      return giteaReleases(http, { ...source, host: source.instance }, options);
    case 'gl-releases-zsync':
    case 'gitlab-releases-zsync':
      return gitlabReleases(http, source, options);
  }
}

/** What was half fetched can not be finished from another file. */
function sameImage(before: AvailableImage, now: AvailableImage): AvailableImage {
  const differs = (['name', 'version', 'size', 'sha256', 'sha512'] as const).find(
    (field) => before[field] !== now[field],
  );
  if (differs === undefined) return now;
  const message =
    `Cannot go on with ${before.name}: the source offers another file by now, ` +
    `${differs} was ${before[differs] ?? 'not said'} and is ${now[differs] ?? 'not said'}; start over`;
  throw new SourceError('io', message, { reason: 'server' });
}

function closedService(): SourceError {
  const message =
    'Cannot find an update on Bintray: the service closed in 2021, and nothing that it had can be fetched; ' +
    'give another source, such as "gh-releases-zsync|OWNER|REPOSITORY|latest|NAME-*x86_64.AppImage.zsync"';
  return new SourceError('unsupported', message, { reason: 'closed-service' });
}
