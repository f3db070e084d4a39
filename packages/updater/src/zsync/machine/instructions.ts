/*
 * The few instructions of WebAssembly that the search needs, each with the code that computes its operands. Source:
 * WebAssembly core specification 2.0, section 5, "Binary Format".
 */

/** Bytes of code. */
export type Code = readonly number[];

const I32 = 0x7f;
const V128 = 0x7b;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];

export const integer = (value: number): Code => [0x41, ...signed(value | 0)];
export const plus = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const minus = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const times = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
export const both = (a: Code, b: Code): Code => [...a, ...b, 0x71];
export const either = (a: Code, b: Code): Code => [...a, ...b, 0x72];
export const differing = (a: Code, b: Code): Code => [...a, ...b, 0x73];
export const left = (a: Code, bits: Code): Code => [...a, ...bits, 0x74];
export const right = (a: Code, bits: Code): Code => [...a, ...bits, 0x76];
export const turn = (a: Code, bits: Code): Code => [...a, ...bits, 0x77];
export const isAtLeast = (a: Code, b: Code): Code => [...a, ...b, 0x4f];
export const loadInteger = (address: Code, offset: number): Code => [...address, 0x28, 2, ...unsigned(offset)];
export const loadByte = (address: Code, offset: number): Code => [...address, 0x2d, 0, ...unsigned(offset)];
export const storeInteger = (offset: number, value: Code): Code => [
  ...integer(0),
  ...value,
  ...[0x36, 2, ...unsigned(offset)],
];

const vector = (number: number, ...immediates: number[]): Code => [0xfd, ...unsigned(number), ...immediates];
export const load = (address: Code, offset: number): Code => [...address, ...vector(0x00, 0, ...unsigned(offset))];
export const store = (offset: number, value: Code): Code => [
  ...integer(0),
  ...value,
  ...vector(0x0b, 0, ...unsigned(offset)),
];
/** The same integer in every lane. */
export const splat = (value: number): Code => [...integer(value), ...vector(0x11)];
export const and = (a: Code, b: Code): Code => [...a, ...b, ...vector(0x4e)];
export const or = (a: Code, b: Code): Code => [...a, ...b, ...vector(0x50)];
export const xor = (a: Code, b: Code): Code => [...a, ...b, ...vector(0x51)];
export const shiftLeft = (a: Code, bits: number): Code => [...a, ...integer(bits), ...vector(0xab)];
export const shiftRight = (a: Code, bits: number): Code => [...a, ...integer(bits), ...vector(0xad)];
export const add = (a: Code, b: Code): Code => [...a, ...b, ...vector(0xae)];
/** Words of `a` (0 to 3) and of `b` (4 to 7). */
export const pick = (a: Code, b: Code, words: readonly number[]): Code => [
  ...a,
  ...b,
  ...vector(0x0d, ...words.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte))),
];

/** Code that is repeated for as long as it ends with a number that is not 0. */
export const repeat = (code: Code): Code => [0x03, 0x40, ...code, 0x0d, 0, 0x0b];
/** Code that is repeated until one of its {@link leaveIf}. */
export const repeatUntilLeft = (code: Code): Code => [0x02, 0x40, 0x03, 0x40, ...code, 0x0c, 0, 0x0b, 0x0b];
export const leaveIf = (condition: Code): Code => [...condition, 0x0d, 1];

/** A function of integers without a result; its locals are numbered behind the parameters, integers before vectors. */
export interface MachineFunction {
  readonly name: string;
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly code: Code;
}

/** A module that imports `host.memory` and exports the functions. */
export function assembleModule(functions: readonly MachineFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...list(Array.from({ length: parameters }, () => [I32])), 0]);
  const bodies = functions.map(({ integers, vectors, code }) => {
    const locals = list([
      [...unsigned(integers), I32],
      [...unsigned(vectors), V128],
    ]);
    return list([...locals, ...code, 0x0b].map((byte) => [byte]));
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([[...text('host'), ...text('memory'), 0x02, 0x00, 1]])),
    ...section(3, list(functions.map((_, index) => [index]))),
    ...section(7, list(functions.map(({ name }, index) => [...text(name), 0x00, index]))),
    ...section(10, list(bodies)),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): Code {
  return list(Array.from(name, (character) => [character.charCodeAt(0)]));
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
