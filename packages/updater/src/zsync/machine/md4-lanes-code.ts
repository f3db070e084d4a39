/*
 * MD4 of four blocks at once: each step of the hash is one of four lanes wide, where the steps of one block have to wait for
 * one another. Source: RFC 1320, section 3.4.
 */
import {
  add,
  and,
  type Code,
  get,
  integer,
  load,
  type MachineFunction,
  minus,
  or,
  pick,
  plus,
  repeat,
  set,
  shiftLeft,
  shiftRight,
  splat,
  store,
  xor,
} from './instructions.ts';

/** Bytes of the state: four words, each of all lanes. */
export const LANES_STATE_LENGTH = 64;

/* The parameters: where the blocks are, and how many chunks of 64 bytes they have. Then the locals, all vectors. */
const BLOCKS = [0, 1, 2, 3] as const;
const CHUNKS = 4;
const STATE = [5, 6, 7, 8] as const;
const SAVED = [9, 10, 11, 12] as const;
const WORDS = 13;
const ROWS = [29, 30, 31, 32] as const;

/** What differs between the rounds: the function, the constant, the order of the words, the bits to turn by. */
const ROUNDS: readonly {
  readonly mix: (b: Code, c: Code, d: Code) => Code;
  readonly constant: number;
  readonly order: readonly number[];
  readonly turns: readonly number[];
}[] = [
  {
    mix: (b, c, d) => xor(d, and(b, xor(c, d))),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    turns: [3, 7, 11, 19],
  },
  {
    mix: (b, c, d) => xor(c, and(xor(b, c), xor(c, d))),
    constant: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    turns: [3, 5, 9, 13],
  },
  {
    mix: (b, c, d) => xor(b, xor(c, d)),
    constant: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    turns: [3, 9, 11, 15],
  },
];

/** `hash(first, second, third, fourth, chunks)`: addresses of blocks, and how many chunks they have; the state is in memory. */
export function md4LanesFunction(stateAt: number): MachineFunction {
  const code = [
    ...STATE.flatMap((local, word) => set(local, load(integer(0), stateAt + 16 * word))),
    ...repeat([
      ...chunkCode(),
      ...BLOCKS.flatMap((local) => set(local, plus(get(local), integer(64)))),
      ...set(CHUNKS, minus(get(CHUNKS), integer(1))),
      ...get(CHUNKS),
    ]),
    ...STATE.flatMap((local, word) => store(stateAt + 16 * word, get(local))),
  ];
  return { name: 'hash', parameters: 5, integers: 0, vectors: ROWS[3] - CHUNKS, code };
}

function chunkCode(): Code {
  const code = [0, 4, 8, 12].flatMap(transposeCode);
  for (const [index, local] of STATE.entries()) code.push(...set(SAVED[index] as number, get(local)));
  for (const { mix, constant, order, turns } of ROUNDS) {
    const added = constant === 0 ? undefined : splat(constant);
    for (const [step, word] of order.entries()) {
      const [a, b, c, d] = [0, 1, 2, 3].map((name) => get(STATE[(name - step + 16) % 4] as number)) as [
        Code,
        Code,
        Code,
        Code,
      ];
      const place = STATE[(16 - step) % 4] as number;
      const known = add(a, get(WORDS + word));
      const sum = add(added === undefined ? known : add(known, added), mix(b, c, d));
      const bits = turns[step % 4] as number;
      code.push(...set(place, sum), ...set(place, or(shiftLeft(get(place), bits), shiftRight(get(place), 32 - bits))));
    }
  }
  for (const [index, local] of STATE.entries()) code.push(...set(local, add(get(local), get(SAVED[index] as number))));
  return code;
}

/** Four words of each block become four vectors of one word of all. */
function transposeCode(first: number): number[] {
  const rows = ROWS.map((row, lane) => set(row, load(get(BLOCKS[lane] as number), 4 * first)));
  const [r0, r1, r2, r3] = ROWS.map(get) as [Code, Code, Code, Code];
  const pairs = (even: readonly number[], word: number) => {
    const joined = (low: readonly number[]) => pick(pick(r0, r1, even), pick(r2, r3, even), low);
    return [...set(WORDS + word, joined([0, 1, 4, 5])), ...set(WORDS + word + 1, joined([2, 3, 6, 7]))];
  };
  return [...rows.flat(), ...pairs([0, 4, 1, 5], first), ...pairs([2, 6, 3, 7], first + 2)];
}
