import { expect, test } from 'vitest';
import { RecentlyUsed } from '../../src/io/recently-used.ts';

test('a value is made once while it is kept', () => {
  const cache = new RecentlyUsed<string, object>(2);
  const made = cache.get('key', () => ({}));
  expect(cache.get('key', () => ({}))).toBe(made);
});

test('the value that was used longest ago is the one that goes', () => {
  const cache = new RecentlyUsed<string, string>(2);
  cache.get('a', () => 'a');
  cache.get('b', () => 'b');
  cache.get('a', () => 'another a');
  cache.get('c', () => 'c');
  expect(cache.get('a', () => 'another a')).toBe('a');
  expect(cache.get('b', () => 'another b')).toBe('another b');
});

test('a promise that fails is told to whoever waits, and made anew for the next', async () => {
  const cache = new RecentlyUsed<string, Promise<string>>(2);
  const failure = new Error('failed');
  const first = cache.get('key', () => Promise.reject(failure));
  const second = cache.get('key', () => Promise.resolve('never asked for'));
  await expect(first).rejects.toBe(failure);
  await expect(second).rejects.toBe(failure);
  await expect(cache.get('key', () => Promise.resolve('better'))).resolves.toBe('better');
});

test('what can not be made is not kept', () => {
  const cache = new RecentlyUsed<string, string>(2);
  const fail = () => {
    throw new Error('failed');
  };
  expect(() => cache.get('key', fail)).toThrow('failed');
  expect(cache.get('key', () => 'better')).toBe('better');
});
