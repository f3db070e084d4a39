import { seededRandom } from '@appimage-js/testing/seeded-random';

/** The architectures whose filters `xz` has, in its spelling. */
export const MACHINES = ['x86', 'powerpc', 'ia64', 'arm', 'armthumb', 'sparc', 'arm64'] as const;

export type Machine = (typeof MACHINES)[number];

/** How code of an architecture looks, as far as its filter sees it. */
interface Instructions {
  /** Bytes of a branch. */
  readonly size: number;
  /** Writes one that stands at `at` and goes to `target`, a multiple of 4096. */
  readonly branch: (view: DataView, at: number, target: number) => void;
}

const INSTRUCTIONS: Readonly<Record<Machine, Instructions>> = {
  x86: {
    size: 5,
    branch: (view, at, target) => {
      view.setUint8(at, at % 2 ? 0xe8 : 0xe9);
      view.setInt32(at + 1, target - at - 5, true);
    },
  },
  powerpc: { size: 4, branch: (view, at, target) => view.setInt32(at, 0x48000001 | ((target - at) & 0x03fffffc)) },
  ia64: {
    size: 16,
    branch: (view, at, target) => {
      const bundles = BigInt.asUintN(21, BigInt((target - at) / 16));
      const instruction = (5n << 37n) | ((bundles >> 20n) << 36n) | ((bundles & 0xfffffn) << 13n);
      const bundle = 0x16n | (instruction << 5n) | (instruction << 46n) | (instruction << 87n);
      view.setBigUint64(at, BigInt.asUintN(64, bundle), true);
      view.setBigUint64(at + 8, bundle >> 64n, true);
    },
  },
  arm: {
    size: 4,
    branch: (view, at, target) => view.setUint32(at, (0xeb << 24) | (((target - at - 8) >> 2) & 0xffffff), true),
  },
  armthumb: {
    size: 4,
    branch: (view, at, target) => {
      const halfwords = (target - at - 4) >> 1;
      view.setUint16(at, 0xf000 | ((halfwords >> 11) & 0x7ff), true);
      view.setUint16(at + 2, 0xf800 | (halfwords & 0x7ff), true);
    },
  },
  sparc: { size: 4, branch: (view, at, target) => view.setInt32(at, 0x40000000 | (((target - at) >> 2) & 0x3fffffff)) },
  arm64: {
    size: 4,
    branch: (view, at, target) => {
      if (at % 8 === 0) {
        view.setInt32(at, 0x94000000 | (((target - at) >> 2) & 0x03ffffff), true);
      } else {
        const pages = (target >> 12) - (at >> 12);
        view.setInt32(at, 0x90000000 | ((pages & 3) << 29) | (((pages >> 2) & 0x7ffff) << 5) | (at % 31), true);
      }
    },
  },
};

/** Something like a program: calls of a few functions from everywhere, between other instructions. */
export function machineCode(machine: Machine, length: number, seed = 1): Uint8Array {
  const { size, branch } = INSTRUCTIONS[machine];
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const functions = Array.from({ length: 12 }, () => 4096 * below(256));
  const others = Array.from({ length: 40 }, () => Uint8Array.from({ length: size }, () => below(256)));
  for (let at = 0; at + size <= length; at += size) {
    if (random() < 0.4) branch(view, at, functions[below(functions.length)] as number);
    else bytes.set(others[below(others.length)] as Uint8Array, at);
  }
  return bytes;
}

/** Bytes in which the filters see a branch wherever they look, complete or not. */
export function fakeBranches(machine: Machine, length: number, seed = 1): Uint8Array {
  const telling: Readonly<Record<Machine, readonly number[]>> = {
    x86: [0xe8, 0xe9, 0x00, 0xff],
    powerpc: [0x48, 0x4b, 0x01, 0x00],
    ia64: [0x10, 0x11, 0x12, 0x16, 0x17, 0x50, 0xa0, 0x14, 0x28, 0x00],
    arm: [0xeb, 0x00],
    armthumb: [0xf0, 0xf7, 0xf8, 0xff],
    sparc: [0x40, 0x7f, 0xc0, 0xff, 0x00],
    arm64: [0x94, 0x97, 0x90, 0xb0, 0xf0, 0x00],
  };
  const random = seededRandom(seed);
  const bytes = telling[machine];
  const byte = () => bytes[Math.floor(random() * bytes.length)] as number;
  return Uint8Array.from({ length }, () => (random() < 0.7 ? byte() : Math.floor(random() * 256)));
}
