import type { HttpClient, HttpResponse } from '../http/index.ts';
import { parseRetryAfter } from '../http/retry.ts';
import type { Assembly } from '../zsync/assembly.ts';
import { BlockReceiver } from './block-receiver.ts';
import { type BlockRun, runLength } from './block-runs.ts';
import { parseContentRange } from './content-range.ts';
import type { Mirror } from './mirror.ts';
import { MultipartParser, multipartBoundary } from './multipart-body.ts';
import type { TransferMeter } from './transfer-meter.ts';

/** What all requests of a fetch share. */
export interface RangeContext {
  readonly http: HttpClient;
  readonly assembly: Assembly;
  /** Of the target. */
  readonly path: string;
  readonly meter: TransferMeter;
  readonly signal: AbortSignal | undefined;
}

/** How a request has ended; what is wrong with the mirror is told to that. */
export interface RangeOutcome {
  /** Milliseconds to wait before the mirror is asked again. */
  readonly wait?: number;
  /** The server has sent the whole file, from its beginning. */
  readonly wasWhole?: boolean;
}

interface Request extends RangeContext {
  readonly mirror: Mirror;
  readonly runs: readonly BlockRun[];
  /** Called when an answer of ranges begins. */
  readonly onRanges: () => void;
  /** Whether bytes of the target are still missing; a whole file is read no further than that. */
  readonly isMissing: () => boolean;
}

/** Seconds that a server may ask to be left alone for; with more, it counts as out of use. */
const LONGEST_WAIT = 15;

/** Asks a mirror for runs of blocks and keeps what is right of the answer, whatever its kind. */
export async function requestRuns(request: Request): Promise<RangeOutcome> {
  const { http, assembly, mirror, runs, meter, signal } = request;
  const { blocks } = assembly;
  const range = runs.map((run) => {
    const first = run.first * blocks.blockSize;
    return { first, last: first + runLength(blocks, run) - 1 };
  });
  meter.requests += 1;
  const start = performance.now();
  const response = await http.get(mirror.current, {
    range,
    ...(mirror.validator !== undefined && { ifRange: mirror.validator }),
    accept: 'any',
    retries: 0,
    signal,
  });
  const latency = (performance.now() - start) / 1000;
  const problem = judgeStatus(request, response);
  if (problem !== undefined) {
    await response.discard();
    return problem;
  }
  const receiver = new BlockReceiver(assembly, request.path, (bytes) => meter.advance(bytes));
  const before = meter.bytesFetched;
  const bodyStart = performance.now();
  const receive = response.status === 200 ? receiveWhole : receiveRanges;
  let isOfUse = true;
  try {
    isOfUse = await receive(request, response, receiver);
  } finally {
    const seconds = (performance.now() - bodyStart) / 1000;
    mirror.learn({ latency, seconds, bytes: meter.bytesFetched - before });
    if (receiver.keptBytes > 0 && receiver.wrongBlocks === 0) mirror.failures = 0;
  }
  if (!isOfUse) return {};
  if (receiver.wrongBlocks > 0) mirror.fail(`${receiver.wrongBlocks} blocks had other sums than the control file says`);
  else if (receiver.keptBytes === 0) mirror.fail('the answer had nothing of what was asked for');
  return { wasWhole: response.status === 200 };
}

/** What follows from an answer that has no part of the file; undefined for one that has. */
function judgeStatus({ mirror, runs }: Request, { status, headers }: HttpResponse): RangeOutcome | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (status === 200 || status === 206) {
    if (encoding === 'identity' || encoding === '') return undefined;
    mirror.give(`the server packs what it sends (${encoding}), so ranges of the file cannot be had`, 'broken');
    return {};
  }
  if (runs.length > 1 && (status === 416 || status === 400 || status === 501)) {
    mirror.multipart = false;
    return {};
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const wait = parseRetryAfter(headers.get('retry-after'));
    if (wait !== undefined && wait > LONGEST_WAIT) {
      mirror.give(`the server wants to be left alone for ${wait} s (${status})`, 'broken');
    } else {
      mirror.fail(`the server failed with status ${status}`);
    }
    return { wait: (wait ?? 0) * 1000 };
  }
  if (mirror.current !== mirror.url) {
    mirror.current = mirror.url; // where it has led to may have been for a short time only
    return {};
  }
  const fault = status === 404 || status === 410 ? 'gone' : status === 416 ? 'other-file' : 'refused';
  mirror.give(`the server answered with status ${status}`, fault);
  return {};
}

/** A whole file is of use as well: it is read up to the last block that is missing. False when it was thrown away. */
async function receiveWhole(
  { mirror, assembly, meter, isMissing, runs }: Request,
  response: HttpResponse,
  receiver: BlockReceiver,
): Promise<boolean> {
  const length = contentLength(response);
  if (mirror.hasRanges && !isSameFile(mirror, response)) {
    mirror.give('the file has changed under way', 'changed');
    await response.discard();
    return false;
  }
  if (length !== undefined && length !== assembly.blocks.length) {
    mirror.give(`the file has ${length} bytes, expected ${assembly.blocks.length} bytes`, 'other-file');
    await response.discard();
    return false;
  }
  if (runs.length > 1 && mirror.hasRanges) {
    mirror.multipart = false; // it does not take several ranges, but it takes one
    await response.discard();
    return false;
  }
  receiver.begin(0);
  let received = 0;
  for await (const bytes of response.body) {
    meter.fetched(bytes.length);
    receiver.add(bytes);
    received += bytes.length;
    if (received > assembly.blocks.length || !isMissing()) break;
  }
  return true;
}

/** False when the answer was thrown away. */
async function receiveRanges(request: Request, response: HttpResponse, receiver: BlockReceiver): Promise<boolean> {
  const { mirror, meter, assembly, runs, onRanges } = request;
  const { length } = assembly.blocks;
  if (mirror.hasRanges && !isSameFile(mirror, response)) {
    mirror.give('the file has changed under way', 'changed');
    await response.discard();
    return false;
  }
  const boundary = multipartBoundary(response.headers.get('content-type'));
  const range = parseContentRange(response.headers.get('content-range'));
  if (boundary === undefined && range === undefined) {
    mirror.give('the server does not say which range it has sent', 'broken');
    await response.discard();
    return false;
  }
  if (range?.total !== undefined && range.total !== length) {
    mirror.give(`the file has ${range.total} bytes, expected ${length} bytes`, 'other-file');
    await response.discard();
    return false;
  }
  remember(mirror, response);
  onRanges();
  if (runs.length > 1) mirror.multipart = boundary !== undefined;
  if (boundary === undefined) {
    receiver.begin(range?.first ?? 0);
    let left = range === undefined ? 0 : range.last - range.first + 1;
    for await (const bytes of response.body) {
      meter.fetched(bytes.length);
      receiver.add(bytes.subarray(0, left));
      left -= bytes.length;
      if (left < 0) break;
    }
    return true;
  }
  let isOtherFile = false;
  const parser = new MultipartParser(boundary, {
    begin: ({ first, total }) => {
      isOtherFile ||= total !== undefined && total !== length;
      receiver.begin(first);
    },
    add: (bytes) => isOtherFile || receiver.add(bytes),
  });
  for await (const bytes of response.body) {
    meter.fetched(bytes.length);
    if (!parser.add(bytes) || isOtherFile) break;
  }
  if (isOtherFile) mirror.give(`the file does not have ${length} bytes`, 'other-file');
  else if (!parser.isComplete) mirror.multipart = false;
  return true;
}

function remember(mirror: Mirror, { headers, url }: HttpResponse): void {
  mirror.current = url;
  if (mirror.hasRanges) return;
  const tag = headers.get('etag');
  mirror.hasRanges = true;
  if (tag !== null && !tag.startsWith('W/')) {
    mirror.entityTag = tag;
    mirror.validator = tag;
  }
}

/** Whether an answer is about the file that the first one was about. */
function isSameFile({ entityTag }: Mirror, { headers }: HttpResponse): boolean {
  const tag = headers.get('etag');
  return entityTag === undefined || tag === null || tag === entityTag;
}

/** Bytes that a body is said to have. */
export function contentLength({ headers }: HttpResponse): number | undefined {
  const value = headers.get('content-length');
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
