/*
 * IA-64: bundles of 16 bytes, a template of 5 bits and three instructions of 41 bits. The template says which of them are for the
 * branch unit; of those, the ones with opcode 5 and branch type 0 have 20 bits of address in bundles, and a sign.
 * Source: "The .xz File Format", section 5.3.2, and the BCJ filters of XZ Utils (liblzma/simple/ia64.c).
 */

const BUNDLE_SIZE = 16;
const TEMPLATE_BITS = 5;
const INSTRUCTION_BITS = 41;

/** For templates 16 to 31, a bit for each instruction that may be a branch. */
const BRANCHES = [4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0];

/** Parts of an instruction: the first bit, counted from the lowest, and the number of bits. */
interface BitField {
  readonly offset: number;
  readonly length: number;
}

const BRANCH_TYPE: BitField = { offset: 9, length: 3 };
const ADDRESS: BitField = { offset: 13, length: 20 };
const SIGN: BitField = { offset: 36, length: 1 };
const OPCODE: BitField = { offset: 37, length: 4 };

/** Makes the targets of branches relative again. */
export function decodeIa64(bytes: Uint8Array, startOffset: number): void {
  for (let at = 0; at + BUNDLE_SIZE <= bytes.length; at += BUNDLE_SIZE) {
    const template = (bytes[at] as number) & 0x1f;
    if (template < 16) continue;
    const branches = BRANCHES[template - 16] as number;
    const bundle = bytes.subarray(at, at + BUNDLE_SIZE);
    for (let slot = 0; slot < 3; slot++) {
      if ((branches & (1 << slot)) !== 0)
        decodeBranch(bundle, TEMPLATE_BITS + INSTRUCTION_BITS * slot, startOffset + at);
    }
  }
}

/** Decodes the instruction that begins at bit `start` of a bundle, if it is a branch; `place` is where the bundle stands. */
function decodeBranch(bundle: Uint8Array, start: number, place: number): void {
  if (readBits(bundle, start, OPCODE) !== 5 || readBits(bundle, start, BRANCH_TYPE) !== 0) return;
  const bundles = readBits(bundle, start, ADDRESS) | (readBits(bundle, start, SIGN) << ADDRESS.length);
  const target = bundles - Math.floor(place / BUNDLE_SIZE);
  writeBits(bundle, start, ADDRESS, target);
  writeBits(bundle, start, SIGN, target >>> ADDRESS.length);
}

function readBits(bundle: Uint8Array, start: number, { offset, length }: BitField): number {
  let value = 0;
  for (let bit = 0; bit < length; bit++) {
    const at = start + offset + bit;
    value |= (((bundle[at >>> 3] as number) >>> (at & 7)) & 1) << bit;
  }
  return value;
}

function writeBits(bundle: Uint8Array, start: number, { offset, length }: BitField, value: number): void {
  for (let bit = 0; bit < length; bit++) {
    const at = start + offset + bit;
    const mask = 1 << (at & 7);
    const others = (bundle[at >>> 3] as number) & ~mask;
    bundle[at >>> 3] = others | ((value >>> bit) & 1 ? mask : 0);
  }
}
