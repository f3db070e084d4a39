import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAppImageError } from '@appimage-js/format';
import { readBoundedFile } from '@appimage-js/format/node';
import { hashFile } from '../compare/hash-file.ts';
import { type Feed, type FeedImage, parseFeed } from '../feed/index.ts';
import { type CheckContext, isUrl, MAXIMUM_SMALL_SIZE } from './check-context.ts';
import { checkControlFile } from './check-control-file.ts';
import { checkRemoteFile, fetchSmall } from './check-remote-file.ts';

/** Checks a feed, in a file or at a URL, and all that its versions name; withdrawn ones may be gone. */
export async function checkFeed(target: string, context: CheckContext): Promise<void> {
  const read = await readFeed(target, context);
  if (read === undefined) return;
  const { feed, url } = read;
  const offered = feed.releases.filter(({ withdrawn }) => withdrawn === undefined);
  if (offered.length === 0)
    context.findings.add('warning', 'bad-feed', target, 'expected a version that is offered, found none');
  for (const { images } of offered) {
    for (const image of images) {
      if (url === undefined) await checkBeside(target, image, context);
      await checkUrls(target, image, url, context);
    }
  }
}

/** Where the feed is on a server, its URL; relative addresses in a file lead nowhere yet. */
async function readFeed(
  target: string,
  context: CheckContext,
): Promise<{ readonly feed: Feed; readonly url: string | undefined } | undefined> {
  let bytes: Uint8Array;
  let url: string | undefined;
  if (isUrl(target)) {
    const fetched = context.http && (await fetchSmall(context.http, target, 'the command line', context));
    if (fetched === undefined) return undefined;
    ({ bytes, url } = fetched);
  } else {
    bytes = await readBoundedFile(target, MAXIMUM_SMALL_SIZE, { signal: context.signal });
  }
  try {
    return { feed: parseFeed(bytes), url };
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    context.findings.add('error', 'bad-feed', target, error.message);
    return undefined;
  }
}

async function checkBeside(target: string, { name, size, sha256 }: FeedImage, context: CheckContext): Promise<void> {
  const path = join(dirname(target), name);
  if (!existsSync(path)) return;
  const hashes = await hashFile(path, { signal: context.signal });
  if (hashes.sha256 === sha256) return;
  const message = `${name} must have ${size} bytes with the SHA-256 ${sha256}, found ${hashes.sha256}`;
  context.findings.add('error', 'feed-mismatch', target, message);
}

async function checkUrls(
  target: string,
  image: FeedImage,
  base: string | undefined,
  context: CheckContext,
): Promise<void> {
  const { http, findings } = context;
  const absolute = (text: string) => {
    const url = URL.parse(text, base ?? 'https://publisher.invalid/');
    if (url !== null && /^https?:$/.test(url.protocol))
      return base === undefined && !URL.canParse(text) ? undefined : url.href;
    findings.add('error', 'bad-feed', target, `expected a URL of http or https, found ${JSON.stringify(text)}`);
    return undefined;
  };
  for (const url of image.urls.map(absolute)) {
    if (url !== undefined) await checkRemoteFile(url, { size: image.size, saidBy: 'the feed' }, context);
  }
  for (const url of image.zsync.map(absolute)) {
    const fetched =
      url === undefined || http === undefined ? undefined : await fetchSmall(http, url, 'the feed', context);
    if (url === undefined || fetched === undefined) continue;
    const { name, size, sha256 } = image;
    const checked = { name, size, sha256, sha1: undefined };
    await checkControlFile({ bytes: fetched.bytes, subject: url, bases: [url, fetched.url] }, checked, context);
  }
}
