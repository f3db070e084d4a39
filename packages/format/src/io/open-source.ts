import { type ByteSource, blobSource, bufferSource, type ClosableByteSource } from './byte-source.ts';
import { type CacheOptions, cacheSource } from './cache/cache-source.ts';
import type { HttpTransfer } from './http/http-connection.ts';
import type { HttpSourceOptions } from './http/http-options.ts';
import { openHttpSource } from './http/http-source.ts';

/** What bytes can be read from; a string is not among them, for it could be a path or a URL. */
export type SourceInput = ByteSource | Uint8Array | ArrayBuffer | Blob | URL;

/** Options of `openSource`; of use for a URL only, but for the signal, which ends the opening. */
export interface OpenSourceOptions extends HttpSourceOptions {
  readonly cache?: CacheOptions;
}

/** A source that was opened. */
export interface OpenedSource extends ClosableByteSource {
  /** Where a URL led to. Only of URLs. */
  readonly url?: string;
  /** Whether a URL is read by ranges, or was taken whole. Only of URLs. */
  readonly ranges?: boolean;
  /** What was asked for and came until now. Only of URLs. */
  readonly transfer?: HttpTransfer;
}

/** Bytes up to which a server without ranges is put up with. */
const WHOLE_FILE_LIMIT = 64 * 1_048_576;

/**
 * Opens whatever has bytes: memory, a `Blob` or `File`, a URL (http, https) by ranges with a cache, or a source as it is. From
 * a server without ranges, files up to `wholeFileLimit` are taken whole; here, its default is 64 MiB. Closing closes a source that
 * was given, too.
 *
 * @throws AppImageError as `openHttpSource` does
 */
export async function openSource(input: SourceInput, options: OpenSourceOptions = {}): Promise<OpenedSource> {
  options.signal?.throwIfAborted();
  if (input instanceof URL) return openUrl(input, options);
  if (input instanceof Uint8Array) return closable(bufferSource(input));
  if (input instanceof ArrayBuffer) return closable(bufferSource(new Uint8Array(input)));
  if (input instanceof Blob) return closable(blobSource(input));
  if (typeof input === 'object' && input !== null && 'size' in input && 'read' in input) return closable(input);
  throw new TypeError(`Cannot open source: expected bytes, a Blob, a URL or a source, found ${typeof input}`);
}

async function openUrl(url: URL, options: OpenSourceOptions): Promise<OpenedSource> {
  const http = await openHttpSource(url, { wholeFileLimit: WHOLE_FILE_LIMIT, ...options });
  const source: ClosableByteSource = http.ranges ? cacheSource(http, options.cache) : http;
  return {
    ...forwarded(source),
    ranges: http.ranges,
    get url() {
      return http.url;
    },
    get transfer() {
      return http.transfer;
    },
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source.close(),
  };
}

function closable(source: ByteSource): ClosableByteSource {
  if (isClosable(source)) return source;
  const close = async () => undefined;
  return { ...forwarded(source), close, [Symbol.asyncDispose]: close };
}

/** What any source has, bound to it. */
function forwarded(source: ByteSource): ByteSource {
  const { size, file } = source;
  return {
    size,
    read: (offset, length, options) => source.read(offset, length, options),
    ...(source.prefetch && { prefetch: (offset: number, length: number) => source.prefetch?.(offset, length) }),
    ...(file && { file }),
  };
}

function isClosable(source: ByteSource): source is ClosableByteSource {
  return 'close' in source && Symbol.asyncDispose in source;
}
