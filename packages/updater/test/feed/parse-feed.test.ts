import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAppImageError } from '@appimage-js/format';
import { describeWith, findTool, run, temporaryFolder } from '@appimage-js/testing';
import { execaSync } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Feed, parseFeed, serializeFeed } from '../../src/feed/index.ts';
import { feed, feedImage, feedRelease } from './feed-bytes.ts';

const SCHEMA = fileURLToPath(new URL('../../schema/appimage-feed-v1.schema.json', import.meta.url));

const text = fc.string({ minLength: 1, maxLength: 12 }).filter((value) => value.trim() !== '');
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const FEEDS: fc.Arbitrary<Feed> = fc.record({
  name: text,
  releases: fc.array(
    fc.record({
      version: text,
      channel: text,
      publishedAt: optional(fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })),
      notesUrl: optional(text),
      notes: optional(text),
      withdrawn: optional(text),
      rollout: fc.double({ min: 0, max: 100, noNaN: true }).map(Math.abs),
      minimumVersion: optional(text),
      images: fc.array(
        fc.record({
          name: text.filter((name) => !/[/\\\0]/.test(name) && name !== '.' && name !== '..'),
          architecture: text,
          size: fc.integer({ min: 1 }),
          sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
          urls: fc.array(text, { minLength: 1, maxLength: 3 }),
          zsync: fc.array(text, { maxLength: 2 }),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

describe('a feed', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(FEEDS, (value) => {
        expect(parseFeed(serializeFeed(value))).toEqual(value);
      }),
    );
  });

  test('of any bytes is one or an error', () => {
    const parse = (bytes: Uint8Array | string) => {
      try {
        parseFeed(bytes);
      } catch (error) {
        expect(isAppImageError(error)).toBe(true);
      }
    };
    fc.assert(fc.property(fc.uint8Array(), parse));
    fc.assert(fc.property(fc.json(), parse));
    const damaged = fc.tuple(
      fc.jsonValue(),
      fc.constantFrom('releases', 'images', 'version', 'urls', 'sha256', 'size'),
    );
    fc.assert(
      fc.property(damaged, ([value, field]) => {
        const document = new TextDecoder().decode(serializeFeed(feed(feedRelease('1'))));
        parse(
          document.replace(new RegExp(`"${field}": (\\[[^\\]]*\\]|[^,\\n]*)`), `"${field}": ${JSON.stringify(value)}`),
        );
      }),
    );
  });

  test.each([
    ['{}', 'feed.format must be "appimage-feed", found nothing'],
    ['[]', 'feed must be an object, found []'],
    ['{"format":"appimage-feed","formatVersion":2}', 'formatVersion must be 1, found 2; a newer updater may read it'],
  ])('is not %s', (document, message) => {
    expect(() => parseFeed(document)).toThrow(message);
  });

  test.each([
    [{ size: 0 }, 'feed.releases[0].images[0].size must be a number from 1'],
    [{ size: 1.5 }, 'size must be a number of bytes, found 1.5'],
    [{ sha256: 'zz' }, 'sha256 must be 64 hexadecimal digits, found "zz"'],
    [{ name: '../x' }, 'name must be a name without a folder, found "../x"'],
    [{ urls: [] }, 'urls must be at least one URL, found []'],
  ])('has no image with %j', (image, message) => {
    const bytes = serializeFeed(feed(feedRelease('1', { images: [feedImage(image)] })));
    expect(() => parseFeed(bytes)).toThrow(message);
  });
});

const hasSchemaLibrary =
  findTool('python3') !== undefined &&
  execaSync('python3', ['-c', 'import jsonschema'], { reject: false }).exitCode === 0;

describeWith([{ name: 'python3-jsonschema', isThere: hasSchemaLibrary }], 'the schema of a feed', () => {
  test('holds for what is written, and not for what is not read', () => {
    const folder = temporaryFolder();
    const good = fc
      .sample(FEEDS, { numRuns: 30, seed: 1 })
      .map((value) => new TextDecoder().decode(serializeFeed(value)));
    const whole = new TextDecoder().decode(serializeFeed(feed(feedRelease('1'))));
    const bad = [
      whole.replace('"appimage-feed"', '"other"'),
      whole.replace('"size": 5', '"size": 0'),
      whole.replace('"size": 5', '"size": 1.5'),
      whole.replace('App-x86_64.AppImage"', '../x"'),
      whole.replace('"architecture": "x86_64",', ''),
      whole.replace(/"sha256": "ab/, '"sha256": "'),
      whole.replace(/"urls": \[[^\]]*\]/, '"urls": []'),
      whole.replace('"channel"', '"rollout": 101, "channel"'),
      whole.replace('"channel"', '"withdrawn": 3, "channel"'),
    ];
    for (const document of good) expect(() => parseFeed(document)).not.toThrow();
    for (const document of bad) expect(() => parseFeed(document)).toThrow();
    writeFileSync(
      join(folder, 'feeds.json'),
      JSON.stringify([...good, ...bad].map((document) => JSON.parse(document))),
    );
    const program =
      'import json,sys,jsonschema; s=json.load(open(sys.argv[1])); jsonschema.Draft202012Validator.check_schema(s); ' +
      'v=jsonschema.Draft202012Validator(s); print("".join("+" if v.is_valid(f) else "-" for f in json.load(open(sys.argv[2]))))';
    const verdicts = run('python3', ['-c', program, SCHEMA, join(folder, 'feeds.json')]).trim();
    expect(verdicts).toBe('+'.repeat(good.length) + '-'.repeat(bad.length));
  });
});
