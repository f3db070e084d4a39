import { isAppImageError, weakSum, weakSumMask, type ZsyncControl, zsyncBlockCount } from '@appimage-js/format';
import type { HttpClient } from '../http/index.ts';
import type { CheckContext } from './check-context.ts';

/** Blocks that are looked at, spread over the file: its first and its last are among them. */
const SAMPLES = 6;

/**
 * Compares a few blocks of the image on a server with the sums in its control file. Every published pair that does not belong
 * together makes a full download of each update, and some never end.
 */
export async function checkBlocks(
  url: string,
  control: ZsyncControl,
  subject: string,
  context: CheckContext,
): Promise<void> {
  const { http, findings, signal } = context;
  if (http === undefined) return;
  const count = zsyncBlockCount(control);
  const { blockSize, length, hashLengths, sums } = control;
  const picked = Array.from({ length: SAMPLES }, (_, number) => Math.round((number * (count - 1)) / (SAMPLES - 1)));
  for (const block of new Set(picked)) {
    const first = block * blockSize;
    const bytes = await readRange(http, url, { first, last: Math.min(first + blockSize, length) - 1 }, signal);
    if (bytes === undefined) return;
    const sum = (weakSum(bytes, blockSize) & weakSumMask(hashLengths.weak)) >>> 0;
    if (sum === sums.weak[block]) continue;
    const message = `the sums must be those of ${url}, found another block ${block} of ${count}`;
    findings.add('error', 'control-file-outdated', subject, message);
    return;
  }
}

interface BlockRange {
  readonly first: number;
  readonly last: number;
}

/** Undefined where the server does not give exactly that range, which is told elsewhere. */
async function readRange(http: HttpClient, url: string, range: BlockRange, signal?: AbortSignal) {
  const expected = range.last - range.first + 1;
  try {
    const response = await http.get(url, { range, accept: [206], signal });
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body) {
      size += piece.length;
      if (size > expected) return undefined;
      pieces.push(piece);
    }
    return size === expected ? new Uint8Array(Buffer.concat(pieces)) : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (isAppImageError(error)) return undefined;
    throw error;
  }
}
