import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { execa } from 'execa';
import { describe, expect } from 'vitest';
import { CONTROL, controlFor, fetching, imageAt, NAME } from './fetching.ts';
import { serveFiles } from './file-server.ts';
import { between, join, noise } from './noise.ts';

const target = noise(1_500_000, 21);
const older = join(noise(333, 22), target.subarray(0, 700_000), noise(30_000, 23), target.subarray(740_000));

/** What zsyncmake makes of the target. */
function zsyncmake(folder: string, ...options: string[]): Uint8Array {
  writeFileSync(joinPath(folder, NAME), target);
  run('zsyncmake', [...options, '-o', CONTROL, NAME], { cwd: folder });
  return new Uint8Array(readFileSync(joinPath(folder, CONTROL)));
}

describe('a control file of zsyncmake 0.6.2', () => {
  testWith(['zsyncmake'], 'is followed, whatever its block size', async () => {
    for (const options of [[], ['-b', '512'], ['-b', '65536'], ['-C']]) {
      const control = zsyncmake(temporaryFolder(), '-Z', '-u', NAME, ...options);
      const { url } = await serveFiles({ [NAME]: target, [CONTROL]: control });
      const fetched = await fetching(imageAt({ controlFileUrls: [url + CONTROL] }), [older]);
      expect(Buffer.compare(fetched.bytes, target), options.join(' ')).toBe(0);
      expect(fetched.bytesFetched - control.length, options.join(' ')).toBeLessThan(180_000);
      expect(fetched.method, options.join(' ')).toBe('delta');
    }
  });

  testWith(['zsyncmake'], 'is followed to the file itself where it has a map into a compressed one, too', async () => {
    const folder = temporaryFolder();
    const control = zsyncmake(folder, '-z', '-u', `${NAME}.gz`, '-U', NAME);
    expect(Buffer.from(control).includes('Z-Map2: ')).toBe(true);
    const { url } = await serveFiles({ [NAME]: target, [CONTROL]: control });
    const fetched = await fetching(imageAt({ controlFileUrls: [url + CONTROL] }), [older]);
    expect(Buffer.compare(fetched.bytes, target)).toBe(0);
    expect(fetched.method).toBe('delta');
  });

  testWith(['zsyncmake'], 'that names nothing but a compressed file leads to the whole one of the source', async () => {
    const folder = temporaryFolder();
    const control = zsyncmake(folder, '-z', '-u', `${NAME}.gz`);
    const { url } = await serveFiles({ elsewhere: target, [CONTROL]: control });
    const image = imageAt({ controlFileUrls: [url + CONTROL], imageUrls: [`${url}elsewhere`] });
    const fetched = await fetching(image, [older]);
    expect(Buffer.compare(fetched.bytes, target)).toBe(0);
  });
});

describe('zsync 0.6.2 and we', () => {
  testWith(['zsync'], 'make the same of the same old file, and we lack no more', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = seededRandom(seed + 50);
      let seedFile: Uint8Array = target;
      for (let edits = 0; edits < 6; edits++) {
        const at = between(random, 0, seedFile.length);
        const change = noise(between(random, 1, 9000), seed * 10 + edits);
        seedFile = join(seedFile.subarray(0, at), change, seedFile.subarray(at + between(random, 0, 9000)));
      }
      const control = await controlFor(target);
      const server = await serveFiles({ [NAME]: target, [CONTROL]: control });
      const ours = await fetching(imageAt({ controlFileUrls: [server.url + CONTROL] }), [seedFile]);
      expect(Buffer.compare(ours.bytes, target)).toBe(0);

      server.requests.clear();
      const folder = temporaryFolder();
      writeFileSync(joinPath(folder, 'old'), seedFile);
      const { PATH = '' } = process.env;
      const args = ['-q', '-i', 'old', '-o', 'new', server.url + CONTROL];
      await execa('zsync', args, { cwd: folder, extendEnv: false, env: { PATH } });
      expect(existsSync(joinPath(folder, 'new'))).toBe(true);
      expect(Buffer.compare(readFileSync(joinPath(folder, 'new')), target)).toBe(0);
      const theirs = (server.requests.get(NAME) ?? []).flatMap((range) => range?.slice(6).split(',') ?? []);
      const bytes = theirs
        .map((range) => range.split('-').map(Number))
        .reduce((sum, [a = 0, b = 0]) => sum + Math.min(b, target.length - 1) - a + 1, 0);
      // Not the bytes that were fetched: on a slow machine a few more of them cost less than one more request.
      expect(target.length - ours.bytesReused).toBeLessThanOrEqual(bytes + 4000);
    }
  });
});
