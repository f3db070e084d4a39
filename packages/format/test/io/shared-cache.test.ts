import { describe, expect, test, vi } from 'vitest';
import { SharedCache } from '../../src/io/shared-cache.ts';

const never = () => new Promise<never>(() => undefined);

describe('a shared cache', () => {
  test('has a value made once for all who ask meanwhile, and at hand for those who come later', async () => {
    const cache = new SharedCache<string, number>(2);
    const make = vi.fn(async () => 5);
    expect(cache.peek('a')).toBeUndefined();
    expect(await Promise.all([cache.get('a', make), cache.get('a', make)])).toEqual([5, 5]);
    expect(cache.peek('a')).toBe(5);
    expect(await cache.get('a', make)).toBe(5);
    expect(make).toHaveBeenCalledTimes(1);
  });

  test('keeps the values that were used last', async () => {
    const cache = new SharedCache<string, string>(2);
    const fill = (key: string) => cache.get(key, async () => key);
    await fill('a');
    await fill('b');
    expect(cache.peek('a')).toBe('a');
    await fill('c');
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual(['a', undefined, 'c']);
  });

  test('makes a value anew after it failed', async () => {
    const cache = new SharedCache<string, string>(2);
    const fail = async () => Promise.reject(new Error('broken'));
    await expect(Promise.all([cache.get('a', fail), cache.get('a', fail)])).rejects.toThrow('broken');
    expect(await cache.get('a', async () => 'whole')).toBe('whole');
  });

  test('ends the work when all who wait have given up, each of them at once, and begins anew for the next', async () => {
    const cache = new SharedCache<string, string>(2);
    const [first, second] = [new AbortController(), new AbortController()];
    const given: AbortSignal[] = [];
    const make = (signal: AbortSignal) => {
      given.push(signal);
      return never();
    };
    const waiting = [first, second].map(({ signal }) => cache.get('a', make, signal));
    first.abort('first');
    await expect(waiting[0]).rejects.toBe('first');
    expect(given.map(({ aborted }) => aborted)).toEqual([false]);
    second.abort('second');
    await expect(waiting[1]).rejects.toBe('second');
    expect(given.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await cache.get('a', async () => 'new')).toBe('new');
  });

  test('does not begin for somebody who has given up already, even where the value is at hand', async () => {
    const cache = new SharedCache<string, string>(2);
    const make = vi.fn(async () => 'value');
    await expect(cache.get('a', make, AbortSignal.abort('early'))).rejects.toBe('early');
    expect(make).not.toHaveBeenCalled();
    await cache.get('a', make);
    await expect(cache.get('a', make, AbortSignal.abort('early'))).rejects.toBe('early');
  });

  test('keeps a value that comes although all have given up', async () => {
    const cache = new SharedCache<string, string>(2);
    const { promise, resolve } = Promise.withResolvers<string>();
    const controller = new AbortController();
    const waiting = cache.get('a', () => promise, controller.signal);
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    resolve('late');
    await vi.waitFor(() => expect(cache.peek('a')).toBe('late'));
  });
});
