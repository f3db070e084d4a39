import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bufferSource, findSection, readElf } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { buildAndCompare, buildAppImage, compareImages } from '../src/index.ts';
import { PAYLOAD_OFFSET, preparedBuild } from './prepared-build.ts';

describe('buildAndCompare', () => {
  test('finds two builds of the same to be the same, and leaves only the image', async () => {
    const { options, output, out } = preparedBuild();
    const { reproducibility } = await buildAndCompare(options);
    const sha256 = createHash('sha256').update(readFileSync(output)).digest('hex');
    expect(reproducibility).toEqual({ sha256, firstDifference: null });
    expect(readdirSync(out)).toEqual(['hello.AppImage']);
  });

  test('names the file that changed between the builds', async () => {
    const { options, appDir } = preparedBuild({ data: 'first' });
    let builds = 0;
    const { reproducibility } = await buildAndCompare({
      ...options,
      onProgress: ({ bytesRead, totalBytes }) => {
        if (bytesRead === totalBytes && builds++ === 0) writeFileSync(join(appDir, 'data'), 'other');
      },
    });
    expect(reproducibility.firstDifference).toMatchObject({ offset: expect.any(Number) });
    expect(reproducibility.firstDifference?.offset).toBeGreaterThanOrEqual(PAYLOAD_OFFSET);
  });

  test('does not take a guess that goes by the folder for a difference', async () => {
    const { options, out } = preparedBuild();
    const guessFrom = {
      GITLAB_CI: 'true',
      CI_PROJECT_URL: 'https://gitlab.com/a/b',
      CI_PROJECT_DIR: out,
      CI_COMMIT_REF_NAME: 'main',
      CI_JOB_NAME: 'build',
    };
    const { reproducibility, plan } = await buildAndCompare({ ...options, guessFrom });
    expect(plan.updateInformation).toMatch(/^zsync\|/);
    expect(reproducibility.firstDifference).toBeNull();
  });
});

describe('compareImages', () => {
  async function twoImages() {
    const { options, output, out } = preparedBuild();
    await buildAppImage(options);
    const other = join(out, 'other.AppImage');
    cpSync(output, other);
    return { output, other, bytes: readFileSync(output) };
  }

  test('names the section of the runtime in which two images begin to differ', async () => {
    const { output, other, bytes } = await twoImages();
    const section = findSection(await readElf(bufferSource(bytes)), '.upd_info');
    bytes[(section?.offset ?? 0) + 3] = 1;
    writeFileSync(other, bytes);
    const { firstDifference } = await compareImages(output, other);
    expect(firstDifference).toEqual({ offset: (section?.offset ?? 0) + 3, part: '.upd_info' });
  });

  test('does not count the signature', async () => {
    const { output, other, bytes } = await twoImages();
    const section = findSection(await readElf(bufferSource(bytes)), '.sha256_sig');
    bytes[section?.offset ?? 0] = 1;
    writeFileSync(other, bytes);
    expect((await compareImages(output, other)).firstDifference).toBeNull();
  });

  test('names the first part of the payload that differs', async () => {
    const { output, other, bytes } = await twoImages();
    bytes[PAYLOAD_OFFSET + 8] = (bytes[PAYLOAD_OFFSET + 8] ?? 0) ^ 1;
    writeFileSync(other, bytes);
    expect((await compareImages(output, other)).firstDifference).toEqual({
      offset: PAYLOAD_OFFSET + 8,
      part: 'tables',
    });
  });

  test('says of one that goes on that the length differs', async () => {
    const { output, other, bytes } = await twoImages();
    writeFileSync(other, Buffer.concat([bytes, Buffer.alloc(10)]));
    expect((await compareImages(output, other)).firstDifference).toEqual({ offset: bytes.length, part: 'length' });
  });
});
