import { expect, test } from 'vitest';
import { BlockStore } from '../../../src/io/cache/block-store.ts';

const block = (index: number) => Uint8Array.of(index);

function storeOf(capacity: number, indexes: readonly number[]): BlockStore {
  const store = new BlockStore(capacity);
  for (const index of indexes) store.put(index, block(index));
  return store;
}

/** Which of the first ten blocks are there. */
function there(store: BlockStore): number[] {
  return Array.from({ length: 10 }, (_, index) => index).filter((index) => store.has(index));
}

test('gives back what was put in', () => {
  const store = storeOf(2, [5]);
  expect(store.get(5)).toEqual(block(5));
  expect(store.get(6)).toBeUndefined();
});

test('has no more than there is room for, and drops what was not used for longest', () => {
  const store = storeOf(3, [0, 1, 2]);
  store.get(0);
  store.put(3, block(3));
  expect(there(store)).toEqual([0, 2, 3]);
});

test('takes a block that is put in again for one', () => {
  const store = storeOf(2, [0, 1, 0, 0]);
  expect(there(store)).toEqual([0, 1]);
  store.put(2, block(2));
  expect(there(store)).toEqual([0, 2]);
});

test('drops what a stream has passed before all else', () => {
  const store = storeOf(4, [0, 1, 2, 3]);
  store.pass(3);
  store.pass(2);
  store.pass(9);
  store.put(4, block(4));
  expect(there(store)).toEqual([0, 1, 2, 4]);
  store.put(5, block(5));
  expect(there(store)).toEqual([0, 1, 4, 5]);
});

test('keeps what was passed and is used again', () => {
  const store = storeOf(3, [0, 1, 2]);
  store.pass(2);
  expect(store.get(2)).toEqual(block(2));
  store.put(3, block(3));
  expect(there(store)).toEqual([1, 2, 3]);
});

test('is empty when it was cleared', () => {
  const store = storeOf(3, [0, 1]);
  store.pass(0);
  store.clear();
  expect(there(store)).toEqual([]);
});
