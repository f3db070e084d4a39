import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheSource } from '../../../src/io/cache/cache-source.ts';
import { BLOCK, expectBytes, makeBeneath, makeCache, nextTurn, ranges } from './cache-over-memory.ts';

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
