/* The loop over the bytes in which nothing is found, as `slide` in `rolling-sums.ts` has it. */
import { hashFactor } from '../block-index.ts';
import {
  both,
  differing,
  either,
  get,
  integer,
  isAtLeast,
  leaveIf,
  left,
  loadByte,
  loadInteger,
  type MachineFunction,
  minus,
  plus,
  repeatUntilLeft,
  right,
  set,
  storeInteger,
  times,
  turn,
} from './instructions.ts';

/** What a slide depends on. It becomes a part of the code. */
export interface SlideConstants {
  readonly blockSize: number;
  /** Of the window and its neighbour. */
  readonly reach: number;
  /** Bits to shift by for a block. */
  readonly shift: number;
  readonly mask: number;
  readonly neighbourMask: number;
  readonly filterShift: number;
}

const STOP = 0;
const [AT, A, B, A2, B2, BIT, LEAVES, PASSES] = [1, 2, 3, 4, 5, 6, 7, 8];

/** `slide(stop)`: to the next window that the filter lets pass, or to `stop`. The state is in memory: where, and A and B of both. */
export function slideFunction(
  { blockSize, reach, shift, mask, neighbourMask, filterShift }: SlideConstants,
  { stateAt, filterAt, bytesAt }: { readonly stateAt: number; readonly filterAt: number; readonly bytesAt: number },
): MachineFunction {
  const locals = [AT, A, B, A2, B2];
  const sum = (a: number, b: number, stored: number) =>
    both(either(left(get(a), integer(16)), both(get(b), integer(0xffff))), integer(stored));
  const hash = times(differing(sum(A, B, mask), turn(sum(A2, B2, neighbourMask), integer(16))), integer(hashFactor));
  const filterByte = loadByte(right(get(BIT), integer(3)), filterAt);
  const next = (value: number, more: ReturnType<typeof get>) => set(value, plus(get(value), more));
  const code = [
    ...locals.flatMap((local, index) => set(local, loadInteger(integer(0), stateAt + 4 * index))),
    ...repeatUntilLeft([
      ...leaveIf(isAtLeast(get(AT), get(STOP))),
      ...set(BIT, right(hash, integer(filterShift))),
      ...leaveIf(both(right(filterByte, both(get(BIT), integer(7))), integer(1))),
      ...set(LEAVES, loadByte(get(AT), bytesAt)),
      ...set(PASSES, loadByte(get(AT), bytesAt + blockSize)),
      ...next(A, minus(get(PASSES), get(LEAVES))),
      ...next(B, minus(get(A), left(get(LEAVES), integer(shift)))),
      ...next(A2, minus(loadByte(get(AT), bytesAt + reach), get(PASSES))),
      ...next(B2, minus(get(A2), left(get(PASSES), integer(shift)))),
      ...next(AT, integer(1)),
    ]),
    ...locals.flatMap((local, index) => storeInteger(stateAt + 4 * index, get(local))),
  ];
  return { name: 'slide', parameters: 1, integers: 8, vectors: 0, code };
}
