import { expect } from 'vitest';
import type { ByteSource } from '../../../src/io/byte-source.ts';
import { type CacheOptions, cacheSource } from '../../../src/io/cache/cache-source.ts';
import { noise } from '../../support/trees.ts';

export const BLOCK = 100;
const CONTENT = noise(5050);

/** What the source beneath was asked for; a read may be held until the test lets it go. */
export interface Beneath extends ByteSource {
  readonly reads: Read[];
}

interface Read {
  readonly offset: number;
  readonly length: number;
  readonly signal: AbortSignal | undefined;
  readonly release: () => void;
  readonly fail: (error: unknown) => void;
}

/** `held` reads wait for the test; `deaf` ones do not end when they are told to. */
export function makeBeneath({ held = false, deaf = false, content = CONTENT } = {}): Beneath {
  const reads: Read[] = [];
  return {
    size: content.length,
    reads,
    read(offset, length, { signal } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      const release = () => resolve(content.subarray(offset, offset + length));
      if (!deaf) signal?.addEventListener('abort', () => reject(signal.reason));
      reads.push({ offset, length, signal, release, fail: reject });
      if (!held) release();
      return promise;
    },
  };
}

/** A cache of 20 blocks of 100 bytes that joins nothing and reads nothing ahead, unless told otherwise. */
export function makeCache(beneath: ByteSource, options: CacheOptions = {}) {
  return cacheSource(beneath, { blockSize: BLOCK, capacity: 20 * BLOCK, mergeGap: 0, readAhead: 0, ...options });
}

export function ranges({ reads }: Beneath): (readonly [number, number])[] {
  return reads.map(({ offset, length }) => [offset, length]);
}

export async function expectBytes(source: ByteSource, offset: number, length: number): Promise<void> {
  expect(Buffer.compare(await source.read(offset, length), CONTENT.subarray(offset, offset + length))).toBe(0);
}

/** Until all that is due in this turn of the event loop is done. */
export const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 5));
