import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { UnsettledFiles } from '../../src/daemon/unsettled-files.ts';

const everything = async () => true;

describe('files that something has happened to', () => {
  test('have settled when they were the same twice and nothing has happened for a second', async () => {
    const file = join(temporaryFolder(), 'a');
    const files = new UnsettledFiles({ least: 1000, most: 10_000 });
    writeFileSync(file, 'x');
    files.touch(file, 0);
    expect(await files.settle(5000, everything)).toEqual([]);
    files.touch(file, 5500);
    expect(await files.settle(6000, everything)).toEqual([]);
    expect(await files.settle(6600, everything)).toEqual([file]);
    expect(files.size).toBe(0);
  });

  test('are watched for longer the longer they have been growing, up to a limit', async () => {
    const file = join(temporaryFolder(), 'a');
    const files = new UnsettledFiles({ least: 1000, most: 10_000 });
    for (let now = 0; now <= 40_000; now += 500) {
      appendFileSync(file, 'x');
      files.touch(file, now);
      expect(await files.settle(now, everything)).toEqual([]);
    }
    expect(await files.settle(47_000, everything)).toEqual([]);
    expect(await files.settle(48_500, everything)).toEqual([file]);
    files.touch(file, 100_000);
    for (let now = 100_000; now <= 300_000; now += 10_000) {
      files.touch(file, now);
      await files.settle(now, everything);
    }
    expect(await files.settle(309_000, everything)).toEqual([]);
    expect(await files.settle(310_000, everything)).toEqual([file]);
  });

  test('that grow without being told of are seen to', async () => {
    const file = join(temporaryFolder(), 'a');
    const files = new UnsettledFiles({ least: 1000, most: 10_000 });
    files.touch(file, 0);
    writeFileSync(file, '');
    for (let now = 0; now < 5000; now += 900) {
      appendFileSync(file, 'x');
      expect(await files.settle(now, everything)).toEqual([]);
    }
    expect(await files.settle(6000, everything)).toEqual([file]);
  });

  test('settle by going away, too', async () => {
    const file = join(temporaryFolder(), 'a');
    const files = new UnsettledFiles({ least: 1000, most: 10_000 });
    writeFileSync(file, '');
    files.touch(file, 0);
    await files.settle(0, everything);
    rmSync(file);
    expect(await files.settle(500, everything)).toEqual([]);
    expect(await files.settle(2000, everything)).toEqual([file]);
  });

  test('are forgotten where they do not concern us', async () => {
    const files = new UnsettledFiles({ least: 1000, most: 10_000 });
    files.touch(join(temporaryFolder(), 'a'), 0);
    expect(await files.settle(0, async () => false)).toEqual([]);
    expect(files.size).toBe(0);
  });

  test('are not told apart without limit', () => {
    const files = new UnsettledFiles({ least: 1000, most: 10_000 });
    let told = 0;
    for (let count = 0; count < 10_000; count++) told += files.touch(`/${count}`, 0) ? 1 : 0;
    expect(told).toBe(files.size);
    expect(files.size).toBeLessThan(5000);
    expect(files.touch('/1', 0)).toBe(true);
  });
});
