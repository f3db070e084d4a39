import type { Feed, FeedImage, FeedRelease } from '../../src/feed/index.ts';

/** An image of a feed, whole but for what a test says. */
export function feedImage(image: Partial<FeedImage> = {}): FeedImage {
  return {
    name: 'App-x86_64.AppImage',
    architecture: 'x86_64',
    size: 5,
    sha256: 'ab'.repeat(32),
    urls: ['App-x86_64.AppImage'],
    zsync: [],
    ...image,
  };
}

/** A version of a feed, likewise. */
export function feedRelease(version: string, release: Partial<FeedRelease> = {}): FeedRelease {
  return {
    version,
    channel: 'stable',
    publishedAt: undefined,
    notesUrl: undefined,
    notes: undefined,
    withdrawn: undefined,
    rollout: 100,
    minimumVersion: undefined,
    images: [feedImage()],
    ...release,
  };
}

export function feed(...releases: readonly FeedRelease[]): Feed {
  return { name: 'App', releases };
}
