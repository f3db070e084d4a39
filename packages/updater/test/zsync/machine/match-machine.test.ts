import { weakSum } from '@appimage-js/format';
import { expect, test } from 'vitest';
import { hashWeakSums } from '../../../src/zsync/block-index.ts';
import { LANES, MatchMachine } from '../../../src/zsync/machine/match-machine.ts';
import { Md4 } from '../../../src/zsync/sums/md4.ts';
import { weakSumAt } from '../../../src/zsync/sums/weak-sum-at.ts';
import { noise } from '../../fetch/noise.ts';

const FILTER_SHIFT = 16;
const FILTER_LENGTH = 8192;

function machineFor(blockSize: number, length: number, filter: Uint8Array = new Uint8Array(FILTER_LENGTH)) {
  const shift = Math.log2(blockSize);
  const constants = {
    blockSize,
    reach: 2 * blockSize,
    shift,
    mask: -1,
    neighbourMask: 0xffff,
    filterShift: FILTER_SHIFT,
  };
  const machine = MatchMachine.create({ length, filter, constants });
  machine?.bytes.set(noise(length));
  return machine;
}

test.each([64, 128, 2048, 4096, 65_536])(
  'four blocks of %i bytes at once have the sums that each has by itself',
  (blockSize) => {
    const machine = machineFor(blockSize, 2 * LANES * blockSize);
    const md4 = new Md4(blockSize);
    for (const at of [0, 1, 13, blockSize, LANES * blockSize]) {
      machine?.hash(at);
      for (let lane = 0; lane < LANES; lane++) {
        const start = at + lane * blockSize;
        const alone = md4.hash(machine?.bytes ?? new Uint8Array(0), start, start + blockSize);
        expect(Array.from(machine?.digest(lane) ?? []), `${at}, ${lane}`).toEqual(Array.from(alone));
      }
    }
  },
);

test.each([64, 1024])('sums of windows of %i bytes slide to where the filter has them, and no further', (blockSize) => {
  const bytes = noise(8 * blockSize);
  const last = 5 * blockSize + 3;
  const sumAt = (at: number) => weakSum(bytes.subarray(at, at + blockSize), blockSize);
  const bitAt = (at: number) => hashWeakSums(sumAt(at), sumAt(at + blockSize) & 0xffff) >>> FILTER_SHIFT;
  const filter = new Uint8Array(FILTER_LENGTH);
  filter[bitAt(last) >>> 3] = 1 << (bitAt(last) & 7);
  const first = Array.from({ length: last + 1 }, (_, at) => at).find((at) => at > 0 && bitAt(at) === bitAt(last)) ?? 0;

  const machine = machineFor(blockSize, bytes.length, filter);
  const slideTo = (stop: number): number[] => {
    machine?.slideState.set([
      1,
      sumAt(1) >>> 16,
      sumAt(1) & 0xffff,
      sumAt(1 + blockSize) >>> 16,
      sumAt(1 + blockSize) & 0xffff,
    ]);
    machine?.slide(stop);
    return Array.from(machine?.slideState ?? [], (word, index) => (index === 0 ? word : word & 0xffff));
  };
  const sumsAt = (at: number): number[] =>
    [sumAt(at), sumAt(at + blockSize)].flatMap((sum) => [sum >>> 16, sum & 0xffff]);
  expect(slideTo(7 * blockSize)).toEqual([first, ...sumsAt(first)]);
  expect(slideTo(first - 5)).toEqual([first - 5, ...sumsAt(first - 5)]);
});

test('blocks that are no whole chunks are left to the functions for one', () => {
  expect(machineFor(32, 1024)).toBeUndefined();
});

test('the weak sum at a place is that of a view of the block', () => {
  const bytes = noise(300);
  for (const [start, size] of [
    [0, 64],
    [3, 128],
    [44, 256],
    [7, 1],
  ] as const) {
    expect(weakSumAt(bytes, start, size)).toBe(weakSum(bytes.subarray(start, start + size), size));
  }
});
