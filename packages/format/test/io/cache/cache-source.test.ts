import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { ByteSource } from '../../../src/io/byte-source.ts';
import { windowSource } from '../../../src/io/byte-source.ts';
import { type CacheOptions, cacheSource } from '../../../src/io/cache/cache-source.ts';
import { noise } from '../../support/trees.ts';

const BLOCK = 100;
const CONTENT = noise(5050);

/** What the source beneath was asked for; a read may be held until the test lets it go. */
interface Beneath extends ByteSource {
  readonly reads: Read[];
}

interface Read {
  readonly offset: number;
  readonly length: number;
  readonly signal: AbortSignal | undefined;
  readonly release: () => void;
  readonly fail: (error: unknown) => void;
}

function makeBeneath({ held = false, content = CONTENT } = {}): Beneath {
  const reads: Read[] = [];
  return {
    size: content.length,
    reads,
    read(offset, length, { signal } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      const release = () => resolve(content.subarray(offset, offset + length));
      signal?.addEventListener('abort', () => reject(signal.reason));
      reads.push({ offset, length, signal, release, fail: reject });
      if (!held) release();
      return promise;
    },
  };
}

/** A cache of 20 blocks of 100 bytes that joins nothing and reads nothing ahead, unless told otherwise. */
function makeCache(beneath: ByteSource, options: CacheOptions = {}) {
  return cacheSource(beneath, { blockSize: BLOCK, capacity: 20 * BLOCK, mergeGap: 0, readAhead: 0, ...options });
}

function ranges({ reads }: Beneath): (readonly [number, number])[] {
  return reads.map(({ offset, length }) => [offset, length]);
}

async function expectBytes(source: ByteSource, offset: number, length: number): Promise<void> {
  expect(Buffer.compare(await source.read(offset, length), CONTENT.subarray(offset, offset + length))).toBe(0);
}

/** Until all that is due in this turn of the event loop is done. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a read', () => {
  test.each([
    [0, 0],
    [0, 1],
    [99, 1],
    [99, 2],
    [100, 100],
    [50, 300],
    [0, 5050],
    [5049, 1],
    [5000, 50],
    [4950, 100],
    [5050, 0],
  ])('at %d of %d bytes delivers exactly those, the second time without a read', async (offset, length) => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { capacity: 6000 });
    await expectBytes(source, offset, length);
    const { length: reads } = beneath.reads;
    await expectBytes(source, offset, length);
    expect(beneath.reads).toHaveLength(reads);
  });

  test('takes whole blocks, the last one as long as it is', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    await expectBytes(source, 250, 10);
    await expectBytes(source, 5010, 10);
    expect(ranges(beneath)).toEqual([
      [200, 100],
      [5000, 50],
    ]);
  });

  test('takes only what is missing', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    await expectBytes(source, 200, 100);
    await expectBytes(source, 0, 500);
    expect(ranges(beneath)).toEqual([
      [200, 100],
      [0, 200],
      [300, 200],
    ]);
  });

  test('longer than the longest is made of several', async () => {
    const beneath = makeBeneath();
    await expectBytes(makeCache(beneath, { maximumRead: 300 }), 50, 1000);
    expect(ranges(beneath)).toEqual([
      [0, 300],
      [300, 300],
      [600, 300],
      [900, 200],
    ]);
  });

  test('longer than the capacity works', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { capacity: 200, maximumRead: 400 });
    await expectBytes(source, 0, 5050);
    expect(ranges(beneath).reduce((sum, [, length]) => sum + length, 0)).toBe(5050);
  });

  test('beyond the end is out of bounds, a negative one a mistake of the caller', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    await expect(source.read(5050, 1)).rejects.toMatchObject({ code: 'out-of-bounds' });
    await expect(source.read(-1, 1)).rejects.toThrow(RangeError);
    expect(beneath.reads).toEqual([]);
  });

  test('does not hand out memory that the answer of a long request is in', async () => {
    const source = makeCache(makeBeneath());
    await source.read(0, 1000);
    expect((await source.read(0, 10)).buffer.byteLength).toBe(BLOCK);
  });
});

describe('reads that come together', () => {
  test('of the same block are one', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    await Promise.all([expectBytes(source, 210, 10), expectBytes(source, 220, 10), expectBytes(source, 290, 10)]);
    expect(ranges(beneath)).toEqual([[200, 100]]);
  });

  test('of neighbours are one, also after some steps of a promise', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    const later = async () => {
      for (let step = 0; step < 10; step++) await Promise.resolve();
      await expectBytes(source, 300, 100);
    };
    await Promise.all([expectBytes(source, 200, 100), later(), expectBytes(source, 100, 100)]);
    expect(ranges(beneath)).toEqual([[100, 300]]);
  });

  test('near each other are one, far from each other two', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { mergeGap: 200 });
    await Promise.all([expectBytes(source, 0, 100), expectBytes(source, 300, 100), expectBytes(source, 700, 100)]);
    expect(ranges(beneath)).toEqual([
      [0, 400],
      [700, 100],
    ]);
  });

  test('while one is under way share it', async () => {
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath);
    const first = expectBytes(source, 0, 300);
    await nextTurn();
    const second = expectBytes(source, 200, 200);
    await nextTurn();
    for (const { release } of beneath.reads) release();
    await Promise.all([first, second]);
    expect(ranges(beneath)).toEqual([
      [0, 300],
      [300, 100],
    ]);
  });
});

describe('what is kept', () => {
  test('is as much as there is room for; what was not used for longest goes', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { capacity: 3 * BLOCK });
    for (const block of [0, 2, 4, 0, 6, 0, 4, 2]) await source.read(block * BLOCK, 1);
    expect(ranges(beneath).map(([offset]) => offset / BLOCK)).toEqual([0, 2, 4, 6, 2]);
  });

  test('is not swept away by a stream', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { capacity: 8 * BLOCK, readAhead: 2 * BLOCK });
    await source.read(4900, 10);
    for (let offset = 0; offset < 4000; offset += BLOCK) await expectBytes(source, offset, BLOCK);
    const { length } = beneath.reads;
    await source.read(4900, 10);
    expect(beneath.reads).toHaveLength(length);
  });
});

describe('a stream', () => {
  test('needs fewer and fewer requests, of more and more bytes, each byte once', async () => {
    const content = noise(200 * BLOCK);
    const beneath = makeBeneath({ content });
    const source = cacheSource(beneath, { blockSize: BLOCK, capacity: 40 * BLOCK, mergeGap: 0, readAhead: 16 * BLOCK });
    for (let offset = 0; offset < content.length; offset += 50) {
      const bytes = await source.read(offset, 50);
      expect(Buffer.compare(bytes, content.subarray(offset, offset + 50))).toBe(0);
    }
    const lengths = beneath.reads.map(({ length }) => length / BLOCK);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(200);
    expect(Math.max(...lengths)).toBe(17);
    expect(lengths.length).toBeLessThan(30);
    expect(lengths[0]).toBe(1);
  });

  test('has the next blocks on their way before it comes to them', async () => {
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath, { readAhead: 8 * BLOCK });
    const first = source.read(0, 600);
    await nextTurn();
    beneath.reads[0]?.release();
    await first;
    const second = source.read(600, 200);
    await nextTurn();
    expect(ranges(beneath)[1]).toEqual([600, 1000]);
    beneath.reads[1]?.release();
    await second;
    const third = source.read(800, 500);
    await third;
    await nextTurn();
    // More than half of what was ahead is read: the next is under way, and nobody waits for it.
    expect(ranges(beneath)[2]).toEqual([1600, 500]);
  });

  test('reads nothing beyond the end', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { readAhead: 16 * BLOCK, capacity: 6000 });
    for (let offset = 0; offset < 5050; offset += 10) await expectBytes(source, offset, 10);
    expect(ranges(beneath).reduce((sum, [, length]) => sum + length, 0)).toBe(5050);
  });

  test('is not taken for one here and there', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { readAhead: 16 * BLOCK });
    for (const offset of [3000, 1000, 4000, 2000]) await source.read(offset, 50);
    expect(ranges(beneath).every(([, length]) => length === BLOCK)).toBe(true);
  });
});

describe('prefetching', () => {
  test('fetches at once what is read later', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    source.prefetch(950, 500);
    await nextTurn();
    expect(ranges(beneath)).toEqual([[900, 600]]);
    await expectBytes(source, 950, 500);
    await expectBytes(source, 900, 10);
    expect(beneath.reads).toHaveLength(1);
  });

  test('and the first read after it are one request', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    source.prefetch(1000, 500);
    await expectBytes(source, 1200, 50);
    expect(ranges(beneath)).toEqual([[1000, 500]]);
  });

  test('is cut at the end, and at half of the capacity', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath, { capacity: 1000 });
    source.prefetch(4900, 10_000);
    source.prefetch(0, 5000);
    await nextTurn();
    expect(ranges(beneath)).toEqual([
      [0, 500],
      [4900, 150],
    ]);
  });

  test.each([
    [5050, 1],
    [-1, 5],
    [0, 0],
    [0, -5],
    [Number.NaN, 5],
    [0, Number.NaN],
  ])('of %d and %d bytes is nothing', async (offset, length) => {
    const beneath = makeBeneath();
    makeCache(beneath).prefetch(offset, length);
    await nextTurn();
    expect(beneath.reads).toEqual([]);
  });

  test('that fails is no error; the read tries again', async () => {
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath);
    source.prefetch(0, 100);
    await nextTurn();
    beneath.reads[0]?.fail(new Error('broken'));
    await nextTurn();
    const read = expectBytes(source, 0, 100);
    await nextTurn();
    beneath.reads[1]?.release();
    await read;
  });

  test('goes on when a read that joined it is given up', async () => {
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath);
    source.prefetch(0, 100);
    const controller = new AbortController();
    const read = source.read(0, 50, { signal: controller.signal });
    await nextTurn();
    controller.abort('enough');
    await expect(read).rejects.toBe('enough');
    expect(beneath.reads[0]?.signal?.aborted).toBe(false);
    beneath.reads[0]?.release();
    await expectBytes(source, 0, 50);
    expect(beneath.reads).toHaveLength(1);
  });

  test('goes through a window', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    const window = windowSource(windowSource(source, 1000), 500, 500);
    window.prefetch?.(200, 1000);
    window.prefetch?.(500, 1);
    window.prefetch?.(-1, 1);
    await nextTurn();
    expect(ranges(beneath)).toEqual([[1700, 300]]);
    expect(windowSource(beneath, 0).prefetch).toBeUndefined();
  });
});

describe('giving up', () => {
  test('ends a request that nobody else waits for', async () => {
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath);
    const controllers = [new AbortController(), new AbortController()];
    const reads = controllers.map(({ signal }, index) => source.read(index * 100, 100, { signal }));
    const outcomes = Promise.allSettled(reads);
    await nextTurn();
    expect(ranges(beneath)).toEqual([[0, 200]]);
    controllers[0]?.abort('first');
    expect(beneath.reads[0]?.signal?.aborted).toBe(false);
    controllers[1]?.abort('second');
    expect(beneath.reads[0]?.signal?.aborted).toBe(true);
    expect((await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([
      'first',
      'second',
    ]);
  });

  test('does not hurt who comes after', async () => {
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath);
    const controller = new AbortController();
    const read = source.read(0, 100, { signal: controller.signal });
    await nextTurn();
    controller.abort('enough');
    const next = expectBytes(source, 0, 100);
    await expect(read).rejects.toBe('enough');
    await nextTurn();
    beneath.reads[1]?.release();
    await next;
    expect(beneath.reads).toHaveLength(2);
  });

  test('before the request is made makes none', async () => {
    const beneath = makeBeneath();
    const source = makeCache(beneath);
    const controller = new AbortController();
    const read = source.read(0, 100, { signal: controller.signal });
    controller.abort('enough');
    await expect(read).rejects.toBe('enough');
    await expect(source.read(0, 100, { signal: AbortSignal.abort('never') })).rejects.toBe('never');
    await nextTurn();
    expect(beneath.reads).toEqual([]);
  });

  test('of a long read ends all of its requests', async () => {
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath, { maximumRead: 300 });
    const controller = new AbortController();
    const read = source.read(0, 5000, { signal: controller.signal });
    await nextTurn();
    expect(beneath.reads).toHaveLength(2);
    controller.abort('enough');
    await expect(read).rejects.toBe('enough');
    expect(beneath.reads.every(({ signal }) => signal?.aborted)).toBe(true);
  });
});

describe('failures', () => {
  test('reach all who wait, and are forgotten', async () => {
    const error = new Error('broken');
    const beneath = makeBeneath({ held: true });
    const source = makeCache(beneath);
    const reads = [source.read(0, 50), source.read(50, 100)];
    const outcomes = Promise.allSettled(reads);
    await nextTurn();
    beneath.reads[0]?.fail(error);
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    const again = expectBytes(source, 0, 200);
    await nextTurn();
    beneath.reads[1]?.release();
    await again;
  });

  test('of a source that fails at once, each time, end', async () => {
    const error = new Error('broken');
    const read = vi.fn().mockRejectedValue(error);
    const source = makeCache({ size: 1000, read });
    await expect(source.read(0, 10)).rejects.toBe(error);
    await expect(source.read(0, 500)).rejects.toBe(error);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('at every read give an error, once', async () => {
    const readAll = async (fault: number) => {
      let reads = 0;
      const beneath = makeBeneath();
      const source = makeCache(
        {
          size: beneath.size,
          read: (...args) => (++reads === fault ? Promise.reject(new Error('fault')) : beneath.read(...args)),
        },
        { readAhead: 8 * BLOCK },
      );
      let failures = 0;
      for (let offset = 0; offset < 5000; offset += 70) {
        await expectBytes(source, offset, 50).catch((error: Error) => {
          expect(error.message).toBe('fault');
          failures += 1;
          return expectBytes(source, offset, 50);
        });
      }
      return { reads, failures };
    };
    const { reads } = await readAll(0);
    expect(reads).toBeGreaterThan(5);
    for (let fault = 1; fault <= reads; fault++) expect((await readAll(fault)).failures).toBeLessThanOrEqual(1);
    expect((await readAll(1)).failures).toBe(1);
  });
});

describe('closing', () => {
  test('ends what is under way and what is about to be, and closes the source beneath, once', async () => {
    const close = vi.fn().mockResolvedValue(undefined);
    const beneath = { ...makeBeneath({ held: true }), close };
    const source = makeCache(beneath);
    const underWay = source.read(0, 10);
    await nextTurn();
    const about = source.read(500, 10);
    const outcomes = Promise.allSettled([underWay, about]);
    await source.close();
    await source[Symbol.asyncDispose]();
    const closed = { status: 'rejected', reason: expect.objectContaining({ code: 'io' }) };
    expect(await outcomes).toEqual([closed, closed]);
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'io' });
    source.prefetch(700, 10);
    await nextTurn();
    expect(beneath.reads.map(({ signal }) => signal?.aborted)).toEqual([true]);
    expect(close).toHaveBeenCalledTimes(1);
  });
});

test.each([
  { blockSize: 0 },
  { capacity: -1 },
  { mergeGap: 0.5 },
  { readAhead: Number.NaN },
  { maximumRead: Number.POSITIVE_INFINITY },
])('options of %j are a mistake of the caller', (options) => {
  expect(() => cacheSource(makeBeneath(), options)).toThrow(RangeError);
});

test('whatever is read, together or one by one, is what is there', async () => {
  const read = fc.record({ offset: fc.nat(5050), length: fc.nat(700), together: fc.boolean(), ahead: fc.boolean() });
  const options = fc.record({
    blockSize: fc.integer({ min: 1, max: 300 }),
    capacity: fc.nat(3000),
    mergeGap: fc.nat(500),
    readAhead: fc.nat(1000),
    maximumRead: fc.nat(900),
  });
  const property = fc.asyncProperty(options, fc.array(read, { maxLength: 20 }), async (settings, reads) => {
    const source = cacheSource(makeBeneath(), settings);
    let pending: Promise<void>[] = [];
    for (const { offset, length, together, ahead } of reads) {
      if (ahead) source.prefetch(offset, length);
      pending.push(expectBytes(source, offset, Math.min(length, 5050 - offset)));
      if (together) continue;
      await Promise.all(pending);
      pending = [];
    }
    await Promise.all(pending);
  });
  await fc.assert(property, { numRuns: 60 });
});
