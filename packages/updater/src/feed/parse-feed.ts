import { isFileName } from '../resolve/releases/release.ts';
import { SourceError } from '../source-error.ts';
import { FEED_FORMAT, FEED_VERSION, type Feed, type FeedImage, type FeedRelease } from './feed.ts';

/** Bounds of what a feed may have. */
const MAXIMUM_RELEASES = 10_000;
const MAXIMUM_IMAGES = 100;
const MAXIMUM_URLS = 20;

/**
 * Parses a feed. Fields that are not known are passed over, so that later feeds can say more.
 *
 * @throws AppImageError `malformed` where a field is not what it must be, with the way to it; `unsupported` for another version
 */
export function parseFeed(bytes: Uint8Array | string): Feed {
  const text = typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes);
  const feed = new Field(parseJson(text), 'feed');
  const format = feed.at('format').value;
  if (format !== FEED_FORMAT) throw feed.at('format').wrong(`"${FEED_FORMAT}"`);
  const version = feed.at('formatVersion').value;
  if (version !== FEED_VERSION) {
    const message = `Cannot parse feed: formatVersion must be ${FEED_VERSION}, found ${JSON.stringify(version)}; a newer updater may read it`;
    throw new SourceError('unsupported', message, { reason: 'unexpected-shape' });
  }
  return { name: feed.at('name').text(), releases: feed.at('releases').list(MAXIMUM_RELEASES).map(parseRelease) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson(text, cause);
  }
}

function notJson(text: string, cause: unknown): SourceError {
  const reason = text.trim() === '' ? 'empty-answer' : 'not-json';
  return new SourceError('malformed', 'Cannot parse feed: expected JSON, found something else', { reason, cause });
}

function parseRelease(release: Field): FeedRelease {
  const withdrawn = release.at('withdrawn');
  return {
    version: release.at('version').text(),
    channel: release.at('channel').optional((field) => field.text()) ?? 'stable',
    publishedAt: release.at('publishedAt').optional((field) => field.date()),
    notesUrl: release.at('notesUrl').optional((field) => field.text()),
    notes: release.at('notes').optional((field) => field.text()),
    withdrawn:
      withdrawn.value === true
        ? 'no reason is given'
        : withdrawn.value === false
          ? undefined
          : withdrawn.optional((field) => field.text()),
    rollout: release.at('rollout').optional((field) => field.number(0, 100)) ?? 100,
    minimumVersion: release.at('minimumVersion').optional((field) => field.text()),
    images: release.at('images').list(MAXIMUM_IMAGES).map(parseImage),
  };
}

function parseImage(image: Field): FeedImage {
  const name = image.at('name').text();
  if (!isFileName(name)) throw image.at('name').wrong('a name without a folder');
  const size = image.at('size').number(1, Number.MAX_SAFE_INTEGER);
  if (!Number.isInteger(size)) throw image.at('size').wrong('a number of bytes');
  const sha256 = image.at('sha256').text().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw image.at('sha256').wrong('64 hexadecimal digits');
  const urls = image
    .at('urls')
    .list(MAXIMUM_URLS)
    .map((url) => url.text());
  if (urls.length === 0) throw image.at('urls').wrong('at least one URL');
  const zsync = image.at('zsync').optional((field) => field.list(MAXIMUM_URLS).map((url) => url.text())) ?? [];
  return { name, architecture: image.at('architecture').text(), size, sha256, urls, zsync };
}

/** A value and the way to it, for messages. */
class Field {
  readonly value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.#path = path;
  }

  at(name: string): Field {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('an object');
    const found = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    return new Field(found, `${this.#path}.${name}`);
  }

  optional<Result>(read: (field: Field) => Result): Result | undefined {
    return this.value === undefined || this.value === null ? undefined : read(this);
  }

  text(): string {
    if (typeof this.value !== 'string' || this.value.trim() === '') throw this.wrong('a text');
    return this.value;
  }

  number(minimum: number, maximum: number): number {
    const { value } = this;
    if (typeof value === 'number' && value >= minimum && value <= maximum) return value;
    throw this.wrong(`a number from ${minimum} to ${maximum}`);
  }

  date(): Date {
    const date = new Date(this.text());
    if (Number.isNaN(date.getTime())) throw this.wrong('a time in the form of RFC 3339');
    return date;
  }

  list(maximum: number): Field[] {
    const { value } = this;
    if (!Array.isArray(value) || value.length > maximum) throw this.wrong(`a list of at most ${maximum}`);
    return value.map((item: unknown, index) => new Field(item, `${this.#path}[${index}]`));
  }

  wrong(expected: string): SourceError {
    const text = this.value === undefined ? 'nothing' : JSON.stringify(this.value);
    const found = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    return new SourceError('malformed', `Cannot parse feed: ${this.#path} must be ${expected}, found ${found}`, {
      reason: 'unexpected-shape',
    });
  }
}
