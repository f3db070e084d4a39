import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingBytes } from '../../src/io/growing-bytes.ts';

test('growing bytes are the pieces one after the other, whatever their lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 30 }), (pieces) => {
      const grown = new GrowingBytes();
      for (const piece of pieces) grown.append(piece);
      const whole = Buffer.concat(pieces);
      expect(grown.length).toBe(whole.length);
      for (const length of [0, 1, whole.length - 1, whole.length]) {
        if (length >= 0) expect([...grown.first(length)]).toEqual([...whole.subarray(0, length)]);
      }
    }),
  );
});

test('the pieces themselves are never written to', () => {
  const shared = new Uint8Array(100);
  const grown = new GrowingBytes();
  grown.append(shared.subarray(0, 10));
  for (let round = 0; round < 5; round++) grown.append(Uint8Array.of(1, 2, 3));
  expect(shared.every((byte) => byte === 0)).toBe(true);
  expect([...grown.first(13).subarray(10)]).toEqual([1, 2, 3]);
});
