import { describe, expect, test, vi } from 'vitest';
import { BLOCK, expectBytes, makeBeneath, makeCache, nextTurn, ranges } from './cache-over-memory.ts';

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

  test.each([false, true])('does not hurt who comes after, even if the read goes on (%s)', async (deaf) => {
    const beneath = makeBeneath({ held: true, deaf });
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
