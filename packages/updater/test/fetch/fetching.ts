import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bufferSource, type ComputeZsyncOptions, computeZsync, serializeZsync } from '@appimage-js/format';
import { temporaryFolder } from '@appimage-js/testing';
import { onTestFinished } from 'vitest';
import type { AvailableImage } from '../../src/available-image.ts';
import { type FetchedImage, type FetchOptions, fetchUpdate } from '../../src/fetch/index.ts';
import { createHttpClient, type HttpClient, type HttpOptions } from '../../src/http/index.ts';

/** What the image is called everywhere. */
export const NAME = 'App-x86_64.AppImage';
export const CONTROL = `${NAME}.zsync`;

/** The control file of an image. */
export async function controlFor(image: Uint8Array, options: Partial<ComputeZsyncOptions> = {}): Promise<Uint8Array> {
  const control = await computeZsync(bufferSource(image), { fileName: NAME, mtime: 1_700_000_000, ...options });
  return serializeZsync(control);
}

/** What a source says of an image of which it knows nothing but the places. */
export function imageAt(known: Partial<AvailableImage>): AvailableImage {
  return {
    name: NAME,
    version: undefined,
    architecture: undefined,
    imageUrls: [],
    controlFileUrls: [],
    size: undefined,
    sha256: undefined,
    sha512: undefined,
    publishedAt: undefined,
    notesUrl: undefined,
    ...known,
  };
}

/** A client that knows nothing of the environment, and waits for nobody. */
export function client(options: HttpOptions = {}): HttpClient {
  const http = createHttpClient({ environment: {}, cacheFolder: null, retryDelay: 1, ...options });
  onTestFinished(() => http.close());
  return http;
}

/** A fetch, and the file that it made. */
export interface Fetched extends FetchedImage {
  readonly bytes: Uint8Array;
  readonly folder: string;
}

/** Fetches an image with files that have these contents as seeds. */
export async function fetching(
  image: AvailableImage,
  seeds: readonly Uint8Array[] = [],
  options: Partial<FetchOptions> & { readonly folder?: string } = {},
): Promise<Fetched> {
  const { folder = temporaryFolder(), ...others } = options;
  const paths = seeds.map((seed, index) => {
    const path = join(folder, `seed-${index}`);
    writeFileSync(path, seed);
    return path;
  });
  const destination = join(folder, `.${NAME}.part`);
  const fetched = await fetchUpdate({ http: options.http ?? client(), image, seeds: paths, destination, ...others });
  return { ...fetched, bytes: readFileSync(destination), folder };
}

/** Whether anything was left beside the image. */
export function hasLeftovers(folder: string): boolean {
  return ['.state', '.seed', '.state.new'].some((suffix) => existsSync(join(folder, `.${NAME}.part${suffix}`)));
}
