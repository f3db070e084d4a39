import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { connectionFailure, fetchError, type HttpPlace, PassingFailure } from './http-failure.ts';

/** An answer of which nothing but the head was read. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** The body as it comes, once; rejects with an `AppImageError` where it breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Throws the body away, and with it the connection unless little is left. */
  discard(): Promise<void>;
}

interface BodyContext {
  readonly url: URL;
  readonly place: HttpPlace;
  readonly signal: AbortSignal | undefined;
  readonly count: (bytes: number) => void;
  /** What becomes of a body that was packed for the way. */
  readonly encoding: 'refused' | 'unpacked' | 'kept';
}

/** Makes an answer of what the dispatcher delivers. */
export function receiveBody(answer: Dispatcher.ResponseData, context: BodyContext): HttpResponse {
  const { statusCode: status, headers: fields, body } = answer;
  const headers = new Headers();
  for (const [name, value = ''] of Object.entries(fields)) {
    for (const single of Array.isArray(value) ? value : [value]) headers.append(name, single);
  }
  const encoding = (headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  const isPacked = encoding !== 'identity' && encoding !== '';
  if (isPacked && context.encoding === 'refused' && status < 300) {
    throw fetchError('unsupported', `Content-Encoding must be identity, found ${JSON.stringify(encoding)}`, {
      reason: 'encoding',
      status,
      url: context.place.url,
    });
  }
  const stream = isPacked && context.encoding === 'unpacked' ? unpack(body, encoding, context) : body;
  return {
    status,
    headers,
    url: context.url.href,
    body: pieces(stream, body, context),
    discard: async () => {
      await body.dump({ limit: DUMP_LIMIT }).catch(() => undefined);
    },
  };
}

/** Bytes that are read to keep a connection; with more to come, a new one is cheaper. */
const DUMP_LIMIT = 65_536;

/** Lets go of a body that nobody wants. */
export function discardBody(body: Readable): void {
  body.on('error', () => undefined);
  body.destroy();
}

async function* pieces(
  stream: Readable,
  raw: Readable,
  { place, signal, count }: BodyContext,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of stream) {
      if (stream === raw) count((piece as Uint8Array).length);
      yield piece as Uint8Array;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const failure = connectionFailure(cause, place);
    throw failure instanceof PassingFailure ? failure.final(1, place) : failure;
  } finally {
    discardBody(raw);
  }
}

/** Only for answers of APIs, whose length is bounded by the one who reads. */
function unpack(body: Readable, encoding: string, { place, count }: BodyContext): Readable {
  const unpacker = unpackerOf(encoding);
  if (unpacker === undefined) {
    const message = `Content-Encoding must be gzip, deflate or br, found ${JSON.stringify(encoding)}`;
    throw fetchError('unsupported', message, { reason: 'encoding', url: place.url });
  }
  body.on('error', (error) => unpacker.destroy(error));
  body.on('data', (chunk: Uint8Array) => count(chunk.length));
  return body.pipe(unpacker);
}

function unpackerOf(encoding: string) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  return encoding === 'br' ? createBrotliDecompress() : undefined;
}
