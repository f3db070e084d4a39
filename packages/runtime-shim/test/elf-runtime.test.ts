import { existsSync } from 'node:fs';
import { testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { availableElfRuntimes, elfRuntime, elfRuntimePath } from '../src/index.ts';

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const APPIMAGE_MAGIC = [0x41, 0x49, 0x02];

describe('elfRuntimePath', () => {
  test('is in the folder of the built package', () => {
    expect(elfRuntimePath('x86_64')).toMatch(/\/dist\/runtime-x86_64$/);
  });

  test.each(['', '../x86_64', 'x86_64.map', 'X86-64', '/etc/passwd'])('refuses %j', (architecture) => {
    expect(() => elfRuntimePath(architecture)).toThrow(RangeError);
  });
});

describe('elfRuntime', () => {
  test('says what there is, and how to get what there is not', async () => {
    const error: Error = await elfRuntime('pdp11').catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'AppImageError', code: 'unsupported', path: elfRuntimePath('pdp11') });
    expect(error.message).toMatch(/must be one for pdp11, found .*; .* \(--runtime-file\)$/);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'unsupported',
      message: error.message,
      path: elfRuntimePath('pdp11'),
    });
  });

  const built = availableElfRuntimes();
  testWith(
    [{ name: 'a built runtime', isThere: built.length > 0 }],
    'hands out ELF files with the AppImage magic',
    async () => {
      expect(built).toContain('x86_64');
      for (const architecture of built) {
        const bytes = await elfRuntime(architecture);
        expect([...bytes.subarray(0, 4)]).toEqual(ELF_MAGIC);
        expect([...bytes.subarray(8, 11)]).toEqual(APPIMAGE_MAGIC);
      }
    },
  );
});

describe('availableElfRuntimes', () => {
  test('lists what is there', () => {
    expect(availableElfRuntimes().every((architecture) => existsSync(elfRuntimePath(architecture)))).toBe(true);
    expect(availableElfRuntimes()).not.toContain('pdp11');
  });
});
