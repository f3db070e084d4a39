import { describeWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompressXz } from '../../../src/compression/xz/decompress-xz.ts';
import { decodeArm } from '../../../src/compression/xz/filters/arm.ts';
import { decodeArmThumb } from '../../../src/compression/xz/filters/arm-thumb.ts';
import { decodeArm64 } from '../../../src/compression/xz/filters/arm64.ts';
import { decodeDelta } from '../../../src/compression/xz/filters/delta.ts';
import { decodeIa64 } from '../../../src/compression/xz/filters/ia64.ts';
import { decodePowerpc } from '../../../src/compression/xz/filters/powerpc.ts';
import { decodeSparc } from '../../../src/compression/xz/filters/sparc.ts';
import { decodeX86 } from '../../../src/compression/xz/filters/x86.ts';
import { noise, prose } from '../../support/trees.ts';
import { fakeBranches, MACHINES, type Machine, machineCode } from '../machine-code.ts';
import { packXz, pipe } from '../packed-blocks.ts';

const DECODERS: Readonly<Record<Machine, (bytes: Uint8Array, startOffset: number) => void>> = {
  x86: decodeX86,
  powerpc: decodePowerpc,
  ia64: decodeIa64,
  arm: decodeArm,
  armthumb: decodeArmThumb,
  sparc: decodeSparc,
  arm64: decodeArm64,
};

/** What `xz` makes of a content with a filter, before it compresses that. */
function encode(content: Uint8Array, filter: string): Uint8Array {
  const packed = pipe('xz', ['--format=raw', filter, '--lzma2=preset=0', '--stdout'], content);
  return pipe('xz', ['--format=raw', '--decompress', '--lzma2=preset=0', '--stdout'], packed);
}

/** Starts at the edges of what a program's address can be; all are multiples of 16. */
const STARTS = [0, 4096, 2 ** 31 - 16, 2 ** 32 - 16];

describeWith(['xz'], 'what xz has filtered', () => {
  describe.each(MACHINES)('for %s', (machine) => {
    test.each(STARTS)('as a program from %d on is brought back', (start) => {
      const code = machineCode(machine, 50_000);
      const encoded = encode(code, `--${machine}=start=${start}`);
      expect(Buffer.compare(encoded, code)).not.toBe(0);
      DECODERS[machine](encoded, start);
      expect(Buffer.compare(encoded, code)).toBe(0);
    });

    test('is brought back at every length', () => {
      for (let length = 0; length <= 40; length++) {
        const code = machineCode(machine, length, length + 1);
        const encoded = encode(code, `--${machine}`);
        DECODERS[machine](encoded, 0);
        expect(encoded, `${length} bytes`).toEqual(code);
      }
    });

    test('is brought back where it only looks like a program', () => {
      for (const content of [
        fakeBranches(machine, 100_003),
        noise(50_001),
        prose(5000),
        new Uint8Array(5000).fill(0xe8),
      ]) {
        const encoded = encode(content, `--${machine}`);
        DECODERS[machine](encoded, 0);
        expect(Buffer.compare(encoded, content)).toBe(0);
      }
    });

    test('is brought back whatever it was', () => {
      const anySeed = fc.integer({ min: 1, max: 2 ** 31 });
      fc.assert(
        fc.property(anySeed, fc.nat(3000), fc.nat(2 ** 28 - 1), (seed, length, bundles) => {
          const content = fakeBranches(machine, length, seed);
          const encoded = encode(content, `--${machine}=start=${bundles * 16}`);
          DECODERS[machine](encoded, bundles * 16);
          expect(Buffer.compare(encoded, content)).toBe(0);
        }),
        { numRuns: 25 },
      );
    });

    test('and compressed is decompressed', () => {
      const code = machineCode(machine, 200_000);
      const packed = packXz(code, `--${machine}=start=4096`, '--lzma2=preset=6,dict=64KiB');
      expect(packed.length).toBeLessThan(packXz(code).length);
      expect(Buffer.compare(decompressXz(packed, code.length), code)).toBe(0);
    });
  });

  test.each([1, 2, 3, 255, 256])('as differences over %d bytes is brought back', (distance) => {
    for (const content of [noise(1000), prose(999), noise(distance), noise(distance - 1), noise(distance + 1)]) {
      const encoded = encode(content, `--delta=dist=${distance}`);
      decodeDelta(encoded, distance);
      expect(encoded).toEqual(content);
    }
  });

  test('by several filters is brought back in their order', () => {
    const code = machineCode('x86', 60_000);
    const chains = [
      ['--x86', '--delta=dist=4'],
      ['--delta=dist=4', '--x86'],
      ['--x86', '--arm64', '--delta=dist=2'],
    ];
    const packed = chains.map((chain) => packXz(code, ...chain, '--lzma2=preset=1'));
    for (const one of packed) expect(Buffer.compare(decompressXz(one, code.length), code)).toBe(0);
    expect(new Set(packed.map((one) => one.length)).size).toBe(chains.length);
  });
});
