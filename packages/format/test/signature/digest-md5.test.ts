import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Elf, findSection } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { encodeHex } from '../../src/io/hex.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { appImageDigestMd5 } from '../../src/signature/index.ts';
import { faultySource } from '../support/hostile.ts';
import { noise } from '../support/trees.ts';
import { makeRuntime } from './make-runtime.ts';

const SECTIONS: readonly string[] = ['.digest_md5', '.sha256_sig', '.sig_key'];

/** A runtime's structure with the three sections where one wants them. */
async function placed(offsets: readonly number[], sizes: readonly number[]): Promise<Elf> {
  const { elf } = await makeRuntime();
  const sections = elf.sections.map((section) => {
    const index = SECTIONS.indexOf(section.name);
    return index < 0 ? section : { ...section, offset: offsets[index] as number, size: sizes[index] as number };
  });
  return { ...elf, sections };
}

async function digestOf(bytes: Uint8Array, elf: Elf): Promise<string> {
  return encodeHex(await appImageDigestMd5(bufferSource(bytes), elf, { hashes: nodeHashes }));
}

describe('the digest of an image', () => {
  // Computed by the published function in C, compiled as it is except that its buffer begins as zeros, from the same
  // noise with the sections as zeros.
  test.each([
    [
      'as the runtime of type 2 has them',
      1_200_000,
      [932_864, 934_912, 935_936],
      [16, 1024, 8192],
      'e60d55b7ee3a4d698983e3a8847e350f',
    ],
    ['each in a chunk of its own', 50_000, [5000, 9000, 13_000], [16, 1024, 2048], 'eb775695dad73a25ca793bc6acc94538'],
    ['two in one chunk', 50_000, [5000, 5016, 20_000], [16, 1024, 8192], 'f4e01f1005f71016ef4721f872aebe2e'],
    ['at the start of a chunk', 50_000, [8192, 12_288, 16_384], [16, 1024, 8192], 'ca2d434ccd6842247aab60d6338c5f76'],
    ['one across three chunks', 50_000, [4100, 5000, 7000], [16, 1024, 9000], 'f48690821f80f2af8a49c3fc9e07cd44'],
    [
      'at the end of a file of whole chunks',
      40_960,
      [30_000, 31_000, 32_768],
      [16, 1024, 8192],
      'ece380d3e4e6e04d1337f42fb12724ab',
    ],
    ['one over the other', 50_000, [6000, 6000, 6008], [16, 1024, 8192], '286d82ac6cf9a231c9b98c0a6f6f7058'],
    ['of no bytes', 50_000, [6000, 7000, 8000], [0, 0, 0], 'bbbf05b3dbb2d1d519cf01e1a1be5735'],
  ])('is that of appimagetool with sections %s', async (_, size, offsets, sizes, expected) => {
    expect(await digestOf(noise(size), await placed(offsets, sizes))).toBe(expected);
  });

  test('is the MD5 of what one can work out by hand', async () => {
    const file = noise(3 * 4096 + 100);
    const elf = await placed([4096 + 1000, 4096 + 1016, 4096 + 1016], [16, 0, 0]);
    const second = file.slice(4096, 8192);
    second.set(file.subarray(1000, 1016), 1000); // the section's bytes are those of the chunk before
    const third = file.slice(8192, 12_288);
    const last = third.slice();
    last.set(file.subarray(12_288)); // 100 bytes, and the rest is that of the chunk before
    const fed = Buffer.concat([file.subarray(0, 4096), second, third, last]);
    expect(await digestOf(file, elf)).toBe(createHash('md5').update(fed).digest('hex'));
  });

  test('does not change when the image is signed', async () => {
    const plain = await makeRuntime();
    const signed = await makeRuntime({ signature: 'a signature', key: 'a key', digest: noise(16) });
    expect(await digestOf(signed.bytes, signed.elf)).toBe(await digestOf(plain.bytes, plain.elf));
  });

  test('is the same in every place where it is computed', async () => {
    const { bytes, elf } = await makeRuntime({}, 2_000_000);
    expect(encodeHex(await appImageDigestMd5(bufferSource(bytes), elf))).toBe(await digestOf(bytes, elf));
  });

  test.each(SECTIONS)('can not be had without a section %s', async (name) => {
    const { bytes, elf } = await makeRuntime();
    const sections = elf.sections.filter((section) => section.name !== name);
    expect(findSection({ ...elf, sections }, name)).toBeUndefined();
    await expect(appImageDigestMd5(bufferSource(bytes), { ...elf, sections })).rejects.toMatchObject({
      code: 'not-found',
      message: `Cannot compute MD5 digest: the ELF file has no section ${name}`,
    });
  });

  test('fails when any read fails, and ends when it is told to', async () => {
    const { bytes, elf } = await makeRuntime({}, 2_500_000);
    for (const fault of [1, 2, 3]) {
      const error = new Error('fault');
      await expect(appImageDigestMd5(faultySource(bufferSource(bytes), fault, error), elf)).rejects.toBe(error);
    }
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(appImageDigestMd5(bufferSource(bytes), elf, { signal })).rejects.toThrow('enough');
  });
});
