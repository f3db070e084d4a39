import { rename, rm, stat } from 'node:fs/promises';
import { withoutCredentials } from '../without-credentials.ts';
import { type Assembly, openAssembly } from '../zsync/assembly.ts';
import { foundBytes, isComplete } from '../zsync/target-blocks.ts';
import { type FetchedControl, imageUrlsOf } from './control-file.ts';
import { checkDiskSpace } from './disk-space.ts';
import { differenceFrom, type ExpectedFile, type FileHashes, hashNames } from './expected-file.ts';
import type { FetchOptions } from './fetch-options.ts';
import { fetchRanges } from './fetch-ranges.ts';
import { Mirror } from './mirror.ts';
import type { TransferMeter } from './transfer-meter.ts';
import { removeWholeState } from './whole-state.ts';

/** What a delta is made of. */
export interface DeltaRequest extends Pick<FetchOptions, 'http' | 'seeds' | 'destination' | 'connections' | 'signal'> {
  readonly fetched: FetchedControl;
  /** What the source itself says of the image's places, best first. */
  readonly imageUrls: readonly string[];
  readonly expected: ExpectedFile;
  readonly meter: TransferMeter;
  /** Asks the source again: new places of the same file. */
  readonly renew: (() => Promise<readonly string[]>) | undefined;
}

/** How a delta has ended. */
export type DeltaOutcome =
  | {
      readonly isDone: true;
      readonly hashes: FileHashes;
      readonly bytesReused: number;
      /** A server has sent the whole file where a part was asked for. */
      readonly wasWhole: boolean;
    }
  /** No mirror can do it; `changed` when the file is another one by now. */
  | { readonly isDone: false; readonly reason: string; readonly isChanged: boolean };

/** Requests to one server at once. */
const CONNECTIONS = 4;

/** Share of an earlier attempt that must fit where it is; of less, what fits elsewhere is looked for. */
const GOOD_SHARE = 0.5;

/** Makes the image from seeds and ranges. What is missing at the end is left to the caller. */
export async function fetchDelta(request: DeltaRequest): Promise<DeltaOutcome> {
  const { fetched, destination, meter, signal, expected } = request;
  const { control } = fetched;
  await checkDiskSpace(destination, control.length);
  await removeWholeState(destination);
  const earlier = await keepEarlier(request);
  await using assembly = await openAssembly({ control, target: destination, signal });
  await match(assembly, request, earlier);
  meter.bytesReused = foundBytes(assembly.blocks);
  assembly.beginHash(hashNames(expected));
  const mirrors = mirrorsOf([...imageUrlsOf(fetched), ...request.imageUrls]);
  const wasWhole = await fetchMissing(assembly, mirrors, request);
  if (!isComplete(assembly.blocks)) {
    const isChanged = mirrors.some(({ fault }) => fault === 'changed' || fault === 'other-file');
    return { isDone: false, reason: reasonOf(mirrors), isChanged };
  }
  meter.begin('verify', control.length);
  const [sha1 = '', sha256 = '', sha512] = await assembly.hash(hashNames(expected), (done) => meter.at(done));
  const hashes = { sha1, sha256, ...(sha512 !== undefined && { sha512 }) };
  const difference = differenceFrom(expected, { size: control.length, hashes });
  if (difference !== undefined) {
    return { isDone: false, reason: `what was put together is another file: ${difference}`, isChanged: false };
  }
  await Promise.all(earlier.map((path) => rm(path, { force: true })));
  return { isDone: true, hashes, bytesReused: meter.bytesReused, wasWhole };
}

/**
 * Moves aside what an earlier attempt has left, if most of it does not fit where it is: it may be of another version. Answers
 * the files that can be seeds.
 */
async function keepEarlier({ destination, fetched, signal }: DeltaRequest): Promise<string[]> {
  const seed = `${destination}.seed`;
  const earlier = await stat(destination).catch(() => undefined);
  if (earlier?.isFile() && earlier.size > 0) {
    await using assembly = await openAssembly({
      control: fetched.control,
      target: destination,
      signal,
      keepSize: true,
    });
    const written = Math.min(earlier.size, Math.max(1, earlier.blocks * 512 || earlier.size));
    if (foundBytes(assembly.blocks) < GOOD_SHARE * written) await rename(destination, seed);
  }
  return (await stat(seed).catch(() => undefined))?.isFile() ? [seed] : [];
}

async function match(
  assembly: Assembly,
  { seeds = [], meter }: DeltaRequest,
  earlier: readonly string[],
): Promise<void> {
  const paths = [...seeds, ...earlier];
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path).catch(() => undefined))?.size ?? 0));
  meter.begin(
    'match',
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let before = 0;
  for (const [index, path] of paths.entries()) {
    await assembly.addSeed(path, (done) => meter.at(before + done));
    before += sizes[index] ?? 0;
    meter.at(before);
  }
}

/** Fetches by ranges; once the mirrors are of no use, asks for others, as URLs may have expired. */
async function fetchMissing(assembly: Assembly, mirrors: Mirror[], request: DeltaRequest): Promise<boolean> {
  const { http, meter, signal, destination, connections = CONNECTIONS, renew } = request;
  let wasWhole = false;
  for (let renewals = 0; !isComplete(assembly.blocks); renewals++) {
    const context = { http, assembly, path: destination, meter, signal, mirrors, connections };
    if (mirrors.some(({ isUsable }) => isUsable)) wasWhole ||= (await fetchRanges(context)).wasWhole;
    if (isComplete(assembly.blocks) || renew === undefined || renewals > 0) return wasWhole;
    const isRefused = mirrors.some(({ fault }) => fault === 'refused' || fault === 'gone');
    if (!isRefused) return wasWhole;
    const known = new Set(mirrors.filter(({ fault }) => fault !== 'refused').map(({ url }) => url));
    mirrors.push(...mirrorsOf(await renew()).filter(({ url }) => !known.has(url)));
  }
  return wasWhole;
}

function mirrorsOf(urls: readonly string[]): Mirror[] {
  const valid = urls.filter((url) => /^https?:/.test(url) && URL.canParse(url));
  return [...new Set(valid)].map((url) => new Mirror(url));
}

function reasonOf(mirrors: readonly Mirror[]): string {
  if (mirrors.length === 0) return 'nobody says where the image is';
  return mirrors.map(({ url, problem }) => `${withoutCredentials(url)}: ${problem}`).join('; ');
}
