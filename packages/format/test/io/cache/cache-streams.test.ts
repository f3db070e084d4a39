import { describe, expect, test } from 'vitest';
import { windowSource } from '../../../src/io/byte-source.ts';
import { cacheSource } from '../../../src/io/cache/cache-source.ts';
import { noise } from '../../support/trees.ts';
import { BLOCK, expectBytes, makeBeneath, makeCache, nextTurn, ranges } from './cache-over-memory.ts';

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
