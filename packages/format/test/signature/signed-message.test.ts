import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { findSection } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { signedMessage } from '../../src/signature/index.ts';
import { faultySource } from '../support/hostile.ts';
import { noise } from '../support/trees.ts';
import { makeRuntime } from './make-runtime.ts';

const SIGNED = { signature: 'a signature', key: 'a key', digest: noise(16) };

async function sha256WithZeros(bytes: Uint8Array, ranges: readonly (readonly [number, number])[]): Promise<string> {
  const copy = bytes.slice();
  for (const [start, end] of ranges) copy.fill(0, start, end);
  return createHash('sha256').update(copy).digest('hex');
}

describe('the message that a signature signs', () => {
  test('is the SHA-256 of an image before it was signed', async () => {
    const { bytes, elf } = await makeRuntime();
    const plain = createHash('sha256').update(bytes).digest('hex');
    expect(await signedMessage(bufferSource(bytes), elf)).toBe(plain);
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
  });

  test('does not depend on signature and key, but on all else', async () => {
    const { bytes, elf } = await makeRuntime(SIGNED);
    const unsigned = await makeRuntime({ digest: SIGNED.digest });
    const message = await signedMessage(bufferSource(bytes), elf);
    expect(message).toBe(await signedMessage(bufferSource(unsigned.bytes), unsigned.elf));
    for (const name of ['.text', '.digest_md5', '.upd_info', '.data']) {
      const changed = bytes.slice();
      const at = findSection(elf, name)?.offset as number;
      changed[at] = (changed[at] as number) ^ 1;
      expect(await signedMessage(bufferSource(changed), elf), name).not.toBe(message);
    }
  });

  test('has the key in it under the rule of the specification', async () => {
    const { bytes, elf } = await makeRuntime(SIGNED);
    const { offset, size } = findSection(elf, '.sha256_sig') ?? { offset: 0, size: 0 };
    const message = await signedMessage(bufferSource(bytes), elf, { rule: 'specification' });
    expect(message).toBe(await sha256WithZeros(bytes, [[offset, offset + size]]));
    expect(message).not.toBe(await signedMessage(bufferSource(bytes), elf));
  });

  test('is the same where sections lie across the pieces that are read', async () => {
    const size = 3_000_000;
    const bytes = noise(size).slice();
    const { elf } = await makeRuntime();
    const place = (offset: number, length: number) => ({ offset, size: length });
    for (const [signature, key] of [
      [place(1_048_000, 1024), place(1_049_024, 8192)],
      [place(1_048_576, 1_048_576), place(2_097_152, 1)],
      [place(10, 2_500_000), place(500, 100)],
      [place(size - 8, 8), place(0, 1)],
    ] as const) {
      const placed = {
        ...elf,
        sections: elf.sections.map((section) => {
          if (section.name === '.sha256_sig') return { ...section, ...signature };
          return section.name === '.sig_key' ? { ...section, ...key } : section;
        }),
      };
      const ranges = [signature, key].map(({ offset, size: length }) => [offset, offset + length] as const);
      expect(await signedMessage(bufferSource(bytes), placed, { hashes: nodeHashes })).toBe(
        await sha256WithZeros(bytes, ranges),
      );
    }
  });

  test('changes nothing in a source that lends its memory', async () => {
    const { bytes, elf } = await makeRuntime(SIGNED);
    const before = bytes.slice();
    await signedMessage(bufferSource(bytes), elf);
    expect(Buffer.compare(bytes, before)).toBe(0);
  });

  test('of an image without room for a key has only the signature as zeros', async () => {
    const { bytes, elf } = await makeRuntime({ signature: 'a signature', key: undefined });
    const { offset, size } = findSection(elf, '.sha256_sig') ?? { offset: 0, size: 0 };
    expect(await signedMessage(bufferSource(bytes), elf)).toBe(await sha256WithZeros(bytes, [[offset, offset + size]]));
  });

  test('can not be had where there is no room for a signature', async () => {
    const { bytes, elf } = await makeRuntime({ signature: undefined });
    await expect(signedMessage(bufferSource(bytes), elf)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is computed with reports, until it is told to end', async () => {
    const { bytes, elf } = await makeRuntime({}, 2_500_000);
    const told: number[] = [];
    await signedMessage(bufferSource(bytes), elf, {
      onProgress: (done, total) => {
        expect(total).toBe(bytes.length);
        told.push(done);
      },
    });
    expect(told).toEqual([1_048_576, 2_097_152, bytes.length]);

    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = () => controller.abort(reason);
    await expect(signedMessage(bufferSource(bytes), elf, { onProgress, signal: controller.signal })).rejects.toBe(
      reason,
    );
  });

  test('fails when any read fails', async () => {
    const { bytes, elf } = await makeRuntime({}, 2_500_000);
    for (const fault of [1, 2, 3]) {
      const error = new Error('fault');
      await expect(signedMessage(faultySource(bufferSource(bytes), fault, error), elf)).rejects.toBe(error);
    }
  });
});
