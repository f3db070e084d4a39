import { type ClosableByteSource, checkRange, type ReadOptions } from '../byte-source.ts';
import { parseContentRange } from './content-range.ts';
import { ifRangeOf, readIdentity } from './file-identity.ts';
import { checkPartial, statusError } from './http-answer.ts';
import { type HttpAnswer, HttpConnection, type HttpRequest, type HttpTransfer } from './http-connection.ts';
import { PassingFailure } from './http-error.ts';
import { type HttpSourceOptions, resolveHttpOptions } from './http-options.ts';
import { parseHttpTarget } from './http-route.ts';
import { fill, type KnownFile, readRange } from './read-range.ts';
import { retrying } from './retry.ts';
import { takeWhole } from './take-whole.ts';

/** A file on a server, read by ranges. */
export interface HttpSource extends ClosableByteSource {
  /** Where the file is, after all redirects; it may be an address that expires. */
  readonly url: string;
  /** False where the server serves no ranges, and the whole file was taken into memory. */
  readonly ranges: boolean;
  /** What was asked for and came until now. */
  readonly transfer: HttpTransfer;
}

/** What the first request found. */
interface OpenedFile extends KnownFile {
  /** The first bytes of the file, which are kept; all of it where there are no ranges. */
  readonly head: Uint8Array;
  readonly ranges: boolean;
}

/**
 * Opens a file on a server as a source of which each read is a request (RFC 9110, section 14): see `cacheSource`, which
 * spares most of them. The first request is for the file's first bytes; its answer has the size as well, and by what a
 * change of the file is seen later. A read whose connection breaks goes on where it was; one of which the redirected
 * address has expired is redirected anew, once.
 *
 * In a browser, the server of another origin has to permit reading (`Access-Control-Allow-Origin`) and show the header
 * `Content-Range` (`Access-Control-Expose-Headers`).
 *
 * @throws AppImageError `not-found` or `not-permitted` as the server says; `unsupported` for a server without ranges, or
 *   with encoded bodies; `io` for a connection that fails and for answers that contradict themselves. Later reads throw `io`,
 *   also where the file has changed or is gone, or `not-permitted`. Each has the `url` that was given, without password, and
 *   the `offset` of the first byte that is missing
 */
export async function openHttpSource(url: URL | string, options: HttpSourceOptions = {}): Promise<HttpSource> {
  const connection = new HttpConnection(parseHttpTarget(url), resolveHttpOptions(options));
  try {
    return sourceOver(connection, await openFile(connection, options));
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Learns from the answer to the first request what file it is; the rest of a body that breaks off is asked for like any range. */
async function openFile(connection: HttpConnection, options: ReadOptions): Promise<OpenedFile> {
  const { settings } = connection;
  const request = { first: 0, last: settings.firstRead - 1, signal: options.signal };
  const attempt = () =>
    connection.request(request, (answer) => beginFile(connection, request, answer)).catch(rethrowRefused);
  const { filling, ...file } = await retrying(settings, attempt, options);
  if (filling.filled < filling.bytes.length) await readRange(connection, file, filling, options);
  return { ...file, head: filling.bytes };
}

async function beginFile(connection: HttpConnection, request: HttpRequest, answer: HttpAnswer) {
  const { status, headers } = answer;
  if (status === 206) {
    const identity = checkPartial(answer, request);
    connection.settle(answer);
    const filling = { offset: 0, bytes: new Uint8Array(Math.min(request.last + 1, identity.size)), filled: 0 };
    await fill(filling, answer).catch(rethrowLasting);
    // To another origin, a browser would have to ask first whether it may send the condition.
    const ifRange = answer.crossOrigin ? undefined : ifRangeOf(identity, headers.get('date'));
    return { identity, ifRange, filling, ranges: true };
  }
  if (status !== 200 && !saysEmpty(answer)) throw statusError(answer);
  const bytes = status === 200 ? await takeWhole(answer, connection.settings.wholeFileLimit) : new Uint8Array(0);
  connection.settle(answer);
  const filling = { offset: 0, bytes, filled: bytes.length };
  return { identity: readIdentity(headers, bytes.length), ifRange: undefined, filling, ranges: bytes.length === 0 };
}

/** An empty file has no range; some servers say so (416), others send it whole. */
function saysEmpty({ status, headers }: HttpAnswer): boolean {
  return status === 416 && parseContentRange(headers.get('content-range') ?? '')?.total === 0;
}

function rethrowRefused(error: unknown): never {
  throw error instanceof PassingFailure && error.refused ? error.final(1) : error;
}

function rethrowLasting(error: unknown): void {
  if (!(error instanceof PassingFailure)) throw error;
}

function sourceOver(connection: HttpConnection, { identity, ifRange, head, ranges }: OpenedFile): HttpSource {
  const { size } = identity;
  const close = async () => connection.close();
  return {
    size,
    ranges,
    get url() {
      return connection.url;
    },
    get transfer() {
      return { ...connection.transfer };
    },
    async read(offset, length, options = {}) {
      options.signal?.throwIfAborted();
      connection.throwIfClosed();
      checkRange(offset, length, size, `Cannot read ${connection.text}`);
      if (length === 0 || offset + length <= head.length) return head.subarray(offset, offset + length);
      const bytes = new Uint8Array(length);
      const known = head.subarray(offset);
      bytes.set(known);
      await readRange(connection, { identity, ifRange }, { offset, bytes, filled: known.length }, options);
      return bytes;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
