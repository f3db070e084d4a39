import { FEED_FORMAT, FEED_VERSION, type Feed, type FeedImage, type FeedRelease } from './feed.ts';

/** Writes a feed: the same feed, the same bytes. What has its default is left out. */
export function serializeFeed({ name, releases }: Feed): Uint8Array {
  const document = { format: FEED_FORMAT, formatVersion: FEED_VERSION, name, releases: releases.map(releaseObject) };
  return new TextEncoder().encode(`${JSON.stringify(document, undefined, 2)}\n`);
}

function releaseObject({ version, channel, rollout, images, ...rest }: FeedRelease): object {
  const { publishedAt, notesUrl, notes, withdrawn, minimumVersion } = rest;
  return {
    version,
    channel,
    publishedAt: publishedAt?.toISOString().replace('.000Z', 'Z'),
    notesUrl,
    notes,
    withdrawn,
    rollout: rollout === 100 ? undefined : rollout,
    minimumVersion,
    images: images.map(imageObject),
  };
}

function imageObject({ name, architecture, size, sha256, urls, zsync }: FeedImage): object {
  return { name, architecture, size, sha256, urls, zsync: zsync.length === 0 ? undefined : zsync };
}
