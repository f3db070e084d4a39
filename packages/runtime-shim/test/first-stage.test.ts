import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { availableElfRuntimes, elfRuntime, firstStage } from '../src/index.ts';

const machines = [
  ['x86_64', 2, 62],
  ['aarch64', 2, 183],
  ['i686', 1, 3],
  ['armhf', 1, 40],
] as const;

const built = { name: 'built programs for every machine', isThere: availableElfRuntimes().length >= machines.length };

describeWith([built], 'firstStage', () => {
  test.each(machines)('hands out an ELF program for %s, far smaller than the runtime', async (...row) => {
    const [architecture, elfClass, machine] = row;
    const bytes = await firstStage(architecture);
    expect([...bytes.subarray(0, 5)]).toEqual([0x7f, 0x45, 0x4c, 0x46, elfClass]);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint16(18, true)).toBe(machine);
    expect(bytes.length).toBeLessThan(10_240);
    expect((await elfRuntime(architecture)).length).toBeGreaterThan(bytes.length);
  });

  test('says for which architectures there is one when there is none', async () => {
    await expect(firstStage('sparc64')).rejects.toMatchObject({
      name: 'AppImageError',
      code: 'unsupported',
      message: expect.stringMatching(/^Cannot find first stage: .* for sparc64, found aarch64, armhf, i686/),
    });
    await expect(firstStage('../x')).rejects.toThrow(RangeError);
  });
});
