export { type CreateFeedOptions, createFeed } from './create-feed.ts';
export type { Feed, FeedImage, FeedRelease } from './feed.ts';
export { parseFeed } from './parse-feed.ts';
export { serializeFeed } from './serialize-feed.ts';
