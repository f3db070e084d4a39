import { expect, test } from 'vitest';
import { concatBytes, lengthOf } from '../../src/io/concat-bytes.ts';

const PIECES = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)];

test('pieces are put behind each other', () => {
  expect(concatBytes(PIECES)).toEqual(Uint8Array.of(1, 2, 3));
  expect(concatBytes([])).toEqual(new Uint8Array(0));
  expect(lengthOf(PIECES)).toBe(3);
});

test('zeros follow up to a length that is asked for', () => {
  expect(concatBytes(PIECES, 5)).toEqual(Uint8Array.of(1, 2, 3, 0, 0));
});

test('a single piece is copied, too', () => {
  const piece = Uint8Array.of(1);
  const bytes = concatBytes([piece]);
  bytes[0] = 2;
  expect(piece[0]).toBe(1);
});
