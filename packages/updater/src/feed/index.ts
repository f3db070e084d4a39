export { type CreateFeedOptions, createFeed } from './create-feed.ts';
export { FEED_FORMAT, FEED_VERSION, type Feed, type FeedImage, type FeedRelease } from './feed.ts';
export { parseFeed } from './parse-feed.ts';
export { serializeFeed } from './serialize-feed.ts';
