import { describe, expect, test } from 'vitest';
import { checkReadable } from '../../src/plan/compression.ts';

const runtime = (...methods: string[]) => ({
  file: '/a/runtime',
  payloadMethods: methods.length === 0 ? null : methods,
});

describe('checkReadable', () => {
  test('refuses what the runtime says it can not read', () => {
    const refused = () => checkReadable({ kind: 'squashfs', compression: 'lz4' }, runtime('gzip', 'zstd'));
    expect(refused).toThrow('the runtime must read lz4, found one that reads gzip, zstd; choose another compression');
    expect(refused).toThrow(expect.objectContaining({ code: 'unsupported', path: '/a/runtime' }));
    const type1 = () => checkReadable({ kind: 'iso9660', compression: 'zisofs' }, runtime('gzip'));
    expect(type1).toThrow('the runtime must read iso9660, found one that reads gzip; choose another type');
  });

  test('takes what it reads, and anything where it does not say', () => {
    expect(() => checkReadable({ kind: 'squashfs', compression: 'zstd' }, runtime('gzip', 'zstd'))).not.toThrow();
    expect(() => checkReadable({ kind: 'squashfs', compression: 'lz4' }, runtime())).not.toThrow();
    expect(() => checkReadable({ kind: 'iso9660', compression: 'none' }, runtime('iso9660'))).not.toThrow();
  });
});
