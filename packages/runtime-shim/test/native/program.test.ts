import { readFileSync } from 'node:fs';
import { testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { runtime } from './fixture.ts';
import { succeed } from './run.ts';

describe('the runtime as a file', () => {
  test('carries the magic of type 2 and is below 500 KB', () => {
    const file = readFileSync(runtime);
    expect(file.subarray(8, 11)).toEqual(Buffer.from([0x41, 0x49, 0x02]));
    expect(file.length).toBeLessThan(500_000);
  });

  testWith(['readelf'], 'needs no interpreter and no library, and maps nothing writable and executable', async () => {
    const headers = await succeed('readelf', ['-lW', runtime]);
    expect(headers).not.toContain('INTERP');
    expect(headers).not.toMatch(/ RWE /);
    expect(headers).toMatch(/GNU_STACK .* RW /);
    expect(headers).toContain('GNU_RELRO');
    expect(await succeed('readelf', ['-dW', runtime])).not.toContain('NEEDED');
  });

  testWith(['readelf'], 'keeps room for what other tools write, in the sections they look for', async () => {
    const sections = await succeed('readelf', ['-SW', runtime]);
    const size = (name: string) =>
      Number.parseInt(new RegExp(` \\${name} +PROGBITS +\\w+ +\\w+ +(\\w+)`).exec(sections)?.[1] ?? '', 16);
    expect(['.upd_info', '.sha256_sig', '.sig_key', '.digest_md5'].map(size)).toEqual([1024, 1024, 8192, 16]);
  });
});
