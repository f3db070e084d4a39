import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { HttpClient, HttpResponse } from '../http/index.ts';
import { isSourceError } from '../source-error.ts';
import { parseContentRange } from './content-range.ts';
import { checkDiskSpace, freeSpace } from './disk-space.ts';
import { differenceFrom, type ExpectedFile, type FileHashes, hashesUnderWay, notAsPromised } from './expected-file.ts';
import { contentLength } from './range-request.ts';
import type { TransferMeter } from './transfer-meter.ts';
import { readWholeState, removeWholeState, type WholeState, writeWholeState } from './whole-state.ts';

/** What is downloaded. */
export interface WholeRequest {
  /** For messages. */
  readonly name: string;
  /** Best first. */
  readonly urls: readonly string[];
  readonly expected: ExpectedFile;
  readonly destination: string;
  readonly http: HttpClient;
  readonly maximumSize: number | undefined;
  readonly meter: TransferMeter;
  readonly signal: AbortSignal | undefined;
}

/** What came. */
export interface FetchedWhole {
  readonly size: number;
  readonly hashes: FileHashes;
}

/** Times in a row that a server may fail without having brought more than before. */
const PATIENCE = 3;
/** Milliseconds before it is asked again; doubled for each further time. */
const FIRST_WAIT = 100;

/**
 * Downloads a file from its beginning, or from where an earlier attempt was interrupted, and hashes it.
 *
 * @throws AppImageError `untrusted` for a file that is not what was promised, `limit` for one that is too long, `io` when it
 *   can not be written, and what `http` throws about the last URL
 */
export async function fetchWhole(request: WholeRequest): Promise<FetchedWhole> {
  const { urls, signal, name } = request;
  let failure: unknown = new AppImageError('not-found', `Cannot fetch ${name}: expected a URL of it, found none`);
  for (const url of urls) {
    let furthest = 0;
    for (let failures = 0; failures < PATIENCE; ) {
      const download = new WholeDownload(request, url);
      try {
        return await download.run();
      } catch (error) {
        signal?.throwIfAborted();
        failure = error;
        const isPassing = isSourceError(error) && (error.reason === 'connection' || error.reason === 'timeout');
        // What was continued may have been the beginning of another file.
        const isWorthAnother = isPassing || (download.wasContinued && isUntrusted(error));
        if (!(isWorthAnother || isSourceError(error) || isUntrusted(error))) throw error;
        if (!isWorthAnother) break;
        failures = download.position > furthest ? 1 : failures + 1;
        furthest = Math.max(furthest, download.position);
        await sleep(FIRST_WAIT * 2 ** failures, undefined, signal ? { signal } : {});
      }
    }
  }
  throw failure;
}

function isUntrusted(error: unknown): boolean {
  return error instanceof AppImageError && error.code === 'untrusted';
}

class WholeDownload {
  /** Bytes that this request has brought. */
  received = 0;
  /** How far into the file it has come. */
  position = 0;
  wasContinued = false;
  readonly #request: WholeRequest;
  readonly #url: string;

  constructor(request: WholeRequest, url: string) {
    this.#request = request;
    this.#url = url;
  }

  async run(): Promise<FetchedWhole> {
    const { destination } = this.#request;
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    const file = await open(destination, flags, 0o600).catch((cause: unknown) => {
      throw ioError(`Cannot write ${destination}`, destination, cause);
    });
    try {
      return await this.#download(file);
    } finally {
      await file.close();
    }
  }

  async #download(file: FileHandle): Promise<FetchedWhole> {
    const { destination, expected, meter, name } = this.#request;
    const state = await this.#continuable(file);
    const response = await this.#ask(state === undefined ? 0 : (await file.stat()).size, state);
    const start = response.status === 206 ? (parseContentRange(response.headers.get('content-range'))?.first ?? 0) : 0;
    this.wasContinued = start > 0;
    const isPacked = (response.headers.get('content-encoding') ?? 'identity') !== 'identity';
    const length = isPacked ? undefined : contentLength(response);
    const size = length === undefined ? expected.size : start + length;
    try {
      await this.#checkSize(size);
      if (start === 0) await this.#begin(file, response, size);
    } catch (error) {
      await response.discard();
      throw error;
    }
    const hashes = hashesUnderWay(expected);
    meter.begin('fetch', size ?? 0);
    meter.at(start);
    await this.#hashBeginning(file, start, hashes);
    const end = await this.#receive(file, response, { start, size, hashes });
    await removeWholeState(destination);
    const fetched = { size: end, hashes: hashes.digest() };
    const difference = differenceFrom(expected, fetched);
    if (difference !== undefined) throw notAsPromised(name, difference);
    meter.bytesReused = Math.max(meter.bytesReused, end - this.received);
    return fetched;
  }

  /** The state of an earlier attempt that can be continued, of the same file at the same place. */
  async #continuable(file: FileHandle): Promise<WholeState | undefined> {
    const { destination, expected } = this.#request;
    const state = await readWholeState(destination);
    const { size } = await file.stat();
    if (state === undefined || size === 0 || size >= state.size || state.url !== this.#url) return undefined;
    const isPromised = expected.sha256 !== undefined && expected.sha256 === state.sha256;
    return isPromised || state.validator !== null ? state : undefined;
  }

  async #ask(offset: number, state: WholeState | undefined): Promise<HttpResponse> {
    const { http, meter, signal } = this.#request;
    if (state !== undefined) {
      meter.requests += 1;
      const validator = state.validator === null ? {} : { ifRange: state.validator };
      const response = await http.get(this.#url, { range: { first: offset }, ...validator, accept: 'any', signal });
      const range = parseContentRange(response.headers.get('content-range'));
      const encoding = response.headers.get('content-encoding') ?? 'identity';
      const continues = response.status === 206 && range?.first === offset && range.total === state.size;
      if ((continues || response.status === 200) && encoding === 'identity') return response;
      await response.discard();
    }
    return await this.#askWhole(false);
  }

  async #askWhole(allowEncoding: boolean): Promise<HttpResponse> {
    const { http, meter, signal } = this.#request;
    meter.requests += 1;
    try {
      return await http.get(this.#url, { accept: [200], allowEncoding, signal });
    } catch (error) {
      // Some servers pack whatever they send; then that is what is unpacked.
      if (allowEncoding || !isSourceError(error) || error.reason !== 'encoding') throw error;
      return await this.#askWhole(true);
    }
  }

  async #checkSize(size: number | undefined): Promise<void> {
    const { maximumSize, name, destination, expected } = this.#request;
    if (size === undefined) return;
    if (maximumSize !== undefined && size > maximumSize) throw tooLong(name, maximumSize, size);
    if (expected.size !== undefined && size !== expected.size) {
      throw notAsPromised(name, `expected ${expected.size} bytes, found ${size} bytes`);
    }
    await checkDiskSpace(destination, size);
  }

  async #begin(file: FileHandle, { headers }: HttpResponse, size: number | undefined): Promise<void> {
    const { destination, expected } = this.#request;
    await removeWholeState(destination);
    await file.truncate(0);
    if (size === undefined) return;
    const tag = headers.get('etag');
    const validator = tag !== null && !tag.startsWith('W/') ? tag : null;
    await writeWholeState(destination, { url: this.#url, validator, size, sha256: expected.sha256 ?? null });
  }

  async #hashBeginning(file: FileHandle, length: number, hashes: { update(bytes: Uint8Array): void }): Promise<void> {
    const buffer = new Uint8Array(Math.min(length, 1_048_576));
    for (let offset = 0; offset < length; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - offset), offset);
      if (bytesRead === 0) break;
      hashes.update(buffer.subarray(0, bytesRead));
      offset += bytesRead;
    }
  }

  async #receive(
    file: FileHandle,
    response: HttpResponse,
    plan: {
      readonly start: number;
      readonly size: number | undefined;
      readonly hashes: { update(bytes: Uint8Array): void };
    },
  ): Promise<number> {
    const { destination, meter, name, maximumSize } = this.#request;
    const limit = plan.size ?? maximumSize ?? (await freeSpace(destination)) ?? Number.MAX_SAFE_INTEGER;
    this.position = plan.start;
    for await (const bytes of response.body) {
      const end = this.position + bytes.length;
      if (end > limit) throw tooLong(name, limit, end);
      await writeFully(file, bytes, this.position).catch((cause: unknown) => {
        throw ioError(`Cannot write ${destination}`, destination, cause);
      });
      plan.hashes.update(bytes);
      this.position = end;
      this.received += bytes.length;
      meter.fetched(bytes.length);
      meter.advance(bytes.length);
    }
    return this.position;
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function tooLong(name: string, maximum: number, found: number): AppImageError {
  return new AppImageError(
    'limit',
    `Cannot fetch ${name}: it must have at most ${maximum} bytes, found ${found} bytes`,
  );
}
