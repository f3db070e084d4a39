import { describe, expect, test } from 'vitest';
import { checkReadable, compressionOf } from '../../src/plan/compression.ts';
import { fakeRuntime } from '../fake-runtime.ts';

const runtime = { file: '/a/runtime', bytes: fakeRuntime(), elf: null, sha256: '' };

describe('checkReadable', () => {
  test('refuses what the runtime says it can not read', () => {
    const refused = () => checkReadable('lz4', { ...runtime, payloadMethods: ['gzip', 'zstd'] });
    expect(refused).toThrow('the runtime must read lz4, found one that reads gzip, zstd; choose another compression');
    expect(refused).toThrow(expect.objectContaining({ code: 'unsupported', path: '/a/runtime' }));
  });

  test('takes what it reads, and anything where it does not say', () => {
    expect(() => checkReadable('zstd', { ...runtime, payloadMethods: ['gzip', 'zstd'] })).not.toThrow();
    expect(() => checkReadable('lz4', { ...runtime, payloadMethods: null })).not.toThrow();
  });
});

describe('compressionOf', () => {
  test('knows a default for each type of image', () => {
    expect([compressionOf({}), compressionOf({ type: 'shimg' }), compressionOf({ compression: 'gzip' })]).toEqual([
      'zstd',
      'lz4',
      'gzip',
    ]);
  });
});
