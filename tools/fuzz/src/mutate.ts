import type { Random } from '@appimage-js/testing/seeded-random';

/** Numbers at which readers go wrong. */
const INTERESTING = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x00ff_ffffn,
  0x0100_0000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x001f_ffff_ffff_ffffn,
  0x7fff_ffff_ffff_ffffn,
  0xffff_ffff_ffff_ffffn,
];

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  setByte,
  setNumber,
  setNumber,
  copyRange,
  truncate,
  insert,
  swap,
];

/** Changes a copy of `seed` in one to eight places. */
export function mutate(seed: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = seed.slice();
  for (let count = 1 + below(8, random); count > 0 && bytes.length > 0; count--) {
    const mutation = MUTATIONS[below(MUTATIONS.length, random)] as Mutation;
    bytes = mutation(bytes, random);
  }
  return bytes;
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const at = below(bytes.length, random);
  bytes[at] = (bytes[at] as number) ^ (1 << below(8, random));
  return bytes;
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  bytes[below(bytes.length, random)] = below(256, random);
  return bytes;
}

/** Writes a number at which readers go wrong, in one of the widths and byte orders that formats use. */
function setNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const width = [1, 2, 4, 8][below(4, random)] as number;
  const isLittleEndian = random() < 0.7;
  const at = below(bytes.length, random);
  const value = INTERESTING[below(INTERESTING.length, random)] as bigint;
  for (let index = 0; index < width && at + index < bytes.length; index++) {
    const place = isLittleEndian ? index : width - 1 - index;
    bytes[at + index] = Number((value >> BigInt(8 * place)) & 0xffn);
  }
  return bytes;
}

/** Lets a range stand in two places, as overlapping tables do. */
function copyRange(bytes: Uint8Array, random: Random): Uint8Array {
  const length = 1 + below(Math.min(bytes.length, 512), random);
  const from = below(bytes.length - length + 1, random);
  bytes.copyWithin(below(bytes.length - length + 1, random), from, from + length);
  return bytes;
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return random() < 0.3 ? bytes.subarray(0, below(bytes.length + 1, random)) : bytes;
}

function insert(bytes: Uint8Array, random: Random): Uint8Array {
  const at = below(bytes.length + 1, random);
  const length = 1 + below(64, random);
  const longer = new Uint8Array(bytes.length + length);
  longer.set(bytes.subarray(0, at));
  longer.fill(below(256, random), at, at + length);
  longer.set(bytes.subarray(at), at + length);
  return longer;
}

function swap(bytes: Uint8Array, random: Random): Uint8Array {
  const [one, other] = [below(bytes.length, random), below(bytes.length, random)];
  [bytes[one], bytes[other]] = [bytes[other] as number, bytes[one] as number];
  return bytes;
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}
