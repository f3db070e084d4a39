import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chooseFeedRelease, type FeedWish } from '../../src/feed/choose-feed-release.ts';
import { takesPart } from '../../src/feed/rollout.ts';
import { feed, feedImage, feedRelease } from './feed-bytes.ts';

function choose(offered: ReturnType<typeof feed>, wish: Partial<FeedWish> = {}) {
  const whole = {
    architecture: 'x86_64',
    currentVersion: '1.0',
    channel: undefined,
    stableId: 'id',
    url: 'https://example.org/feed.json',
    ...wish,
  };
  return chooseFeedRelease(offered, whole);
}

describe('the version for an installation', () => {
  test('is the first of its channel, whatever the versions are called', () => {
    const offered = feed(feedRelease('9-beta', { channel: 'beta' }), feedRelease('1.2'), feedRelease('1.10'));
    expect(choose(offered).release.version).toBe('1.2');
    expect(choose(offered, { channel: 'beta' }).release.version).toBe('9-beta');
  });

  test('is not one that was withdrawn, and that of the own one is told', () => {
    const offered = feed(
      feedRelease('1.2', { withdrawn: 'eats files' }),
      feedRelease('1.1'),
      feedRelease('1.0', { withdrawn: 'slow' }),
    );
    const { release, remarks } = choose(offered);
    expect(release.version).toBe('1.1');
    expect(remarks).toEqual([
      'version 1.0, which is here, was withdrawn: slow',
      'version 1.2 was withdrawn: eats files',
    ]);
  });

  test('is an older one first where the newest can not be reached at once', () => {
    const offered = feed(
      feedRelease('3.0', { minimumVersion: '2.0' }),
      feedRelease('2.1', { minimumVersion: '1.0-rc' }),
    );
    expect(choose(offered).release.version).toBe('2.1');
    expect(choose(offered, { currentVersion: '2.0' }).release.version).toBe('3.0');
    expect(choose(offered, { currentVersion: undefined }).release.version).toBe('3.0');
  });

  test('is for its machine', () => {
    const arm = feedImage({ architecture: 'aarch64', name: 'arm' });
    const offered = feed(feedRelease('2', { images: [arm] }), feedRelease('1.1', { images: [arm, feedImage()] }));
    expect(choose(offered).release.version).toBe('1.1');
    expect(choose(offered, { architecture: 'aarch64' }).image.name).toBe('arm');
    expect(() => choose(offered, { architecture: 'riscv64' })).toThrow(
      expect.objectContaining({ code: 'unsupported', reason: 'wrong-architecture' }),
    );
  });

  test('is none where none is offered, with the reasons', () => {
    const offered = feed(feedRelease('2', { withdrawn: 'bad' }), feedRelease('1.1', { rollout: 0 }));
    expect(() => choose(offered)).toThrow(expect.objectContaining({ code: 'not-found', reason: 'not-offered' }));
    expect(() => choose(offered)).toThrow(/2 was withdrawn: bad; version 1\.1 is released to 0 % so far/);
    expect(() => choose(feed())).toThrow(/none that is offered$/);
  });

  test('stays the own one although it is not released to all', () => {
    const offered = feed(feedRelease('1.0', { rollout: 0 }), feedRelease('0.9'));
    expect(choose(offered).release.version).toBe('1.0');
  });
});

describe('a gradual release', () => {
  const ask = (stableId: string | undefined, rollout: number, version = '2') =>
    takesPart({ stableId, name: 'App', version, rollout });

  test('is for the share that it says', () => {
    const ids = Array.from({ length: 4000 }, (_, number) => `installation ${number}`);
    const share = (rollout: number) => ids.filter((id) => ask(id, rollout)).length / ids.length;
    expect(share(0)).toBe(0);
    expect(share(100)).toBe(1);
    expect(share(25)).toBeGreaterThan(0.22);
    expect(share(25)).toBeLessThan(0.28);
  });

  test('only grows, and begins elsewhere with each version', () => {
    const ids = Array.from({ length: 500 }, (_, number) => String(number));
    for (const id of ids) if (ask(id, 10)) expect(ask(id, 30)).toBe(true);
    const first = (version: string) => ids.filter((id) => ask(id, 10, version)).join();
    expect(first('2')).not.toBe(first('3'));
  });

  test('is for nobody who can not be told apart, until it is for all', () => {
    expect([ask(undefined, 99.9), ask(undefined, 100)]).toEqual([false, true]);
  });

  test('has places as the schema describes them', () => {
    const digits = createHash('sha256').update('id\0App\x002').digest('hex').slice(0, 13);
    const place = (Number.parseInt(digits, 16) / 2 ** 52) * 100;
    expect([ask('id', place), ask('id', place + 1e-9)]).toEqual([false, true]);
  });
});
