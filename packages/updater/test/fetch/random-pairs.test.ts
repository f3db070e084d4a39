import { type Random, seededRandom } from '@appimage-js/testing/seeded-random';
import { describe, expect, test } from 'vitest';
import { CONTROL, client, controlFor, fetching, imageAt, NAME } from './fetching.ts';
import { serveFiles } from './file-server.ts';
import { between, join, noise } from './noise.ts';

const EDITS: Readonly<Record<string, (bytes: Uint8Array, random: Random) => Uint8Array>> = {
  insert(bytes, random) {
    const at = between(random, 0, bytes.length);
    return join(bytes.subarray(0, at), noise(between(random, 1, 5000), random() * 2 ** 31), bytes.subarray(at));
  },
  delete(bytes, random) {
    const at = between(random, 0, bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(at + between(random, 1, 20_000)));
  },
  move(bytes, random) {
    const start = between(random, 0, bytes.length);
    const end = Math.min(bytes.length, start + between(random, 1, 60_000));
    const rest = join(bytes.subarray(0, start), bytes.subarray(end));
    const at = between(random, 0, rest.length);
    return join(rest.subarray(0, at), bytes.subarray(start, end), rest.subarray(at));
  },
  replace(bytes, random) {
    const copy = Uint8Array.from(bytes);
    const at = between(random, 0, bytes.length);
    copy.set(noise(Math.min(bytes.length - at, between(random, 1, 9000)), random() * 2 ** 31), at);
    return copy;
  },
  repeat(bytes, random) {
    const start = between(random, 0, bytes.length);
    return join(bytes, bytes.subarray(start, start + between(random, 1, 40_000)));
  },
  zeros(bytes, random) {
    const at = between(random, 0, bytes.length);
    return join(bytes.subarray(0, at), new Uint8Array(between(random, 1, 20_000)), bytes.subarray(at));
  },
  truncate: (bytes, random) => bytes.subarray(0, between(random, 1, bytes.length)),
  empty: () => new Uint8Array(0),
  'one byte': (_, random) => noise(1, random() * 2 ** 31),
  'whole blocks': (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2048) * 2048),
  nothing: (bytes) => bytes,
};

describe('an image of which there is an older version', () => {
  const names = Object.keys(EDITS);
  for (let seed = 0; seed < 100; seed++) {
    const random = seededRandom(seed + 1000);
    const edits = [names[seed % names.length] as string];
    for (let count = between(random, 0, 3); count > 0; count--) edits.push(names[between(random, 0, 5)] as string);

    test(`is put together after ${edits.join(', ')} (${seed})`, async () => {
      const target = noise(between(random, 1, 400_000), seed);
      const older = edits.reduce<Uint8Array>((bytes, edit) => EDITS[edit]?.(bytes, random) ?? bytes, target);
      const blockSize = 2 ** between(random, 9, 13);
      const generation = (['0.6.2', '0.6.3', 'cph6'] as const)[seed % 3] ?? '0.6.2';
      const control = await controlFor(target, { blockSize, generation });
      const { url } = await serveFiles({ [NAME]: target, [CONTROL]: control });
      const fetched = await fetching(imageAt({ controlFileUrls: [url + CONTROL] }), [older], { http: client() });
      expect(Buffer.compare(fetched.bytes, target)).toBe(0);
      expect(fetched.bytesReused + fetched.bytesFetched).toBeGreaterThanOrEqual(target.length);
    });
  }
});
