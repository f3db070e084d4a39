import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultImageName, planOutputPath } from '../../src/plan/output-path.ts';

const image = { name: 'Hello World', version: '1.0', architecture: 'x86_64' };

describe('defaultImageName', () => {
  test.each([
    [image, 'Hello_World-1.0-x86_64.AppImage'],
    [{ ...image, version: null }, 'Hello_World-x86_64.AppImage'],
    [{ ...image, name: '../../etc/passwd' }, 'etcpasswd-1.0-x86_64.AppImage'],
    [{ ...image, name: 'Größe 日本', version: 'v2 (beta)' }, 'Größe_日本-v2_beta-x86_64.AppImage'],
    [{ ...image, name: '--help' }, 'help-1.0-x86_64.AppImage'],
    [{ ...image, name: '"\'$`' }, '1.0-x86_64.AppImage'],
  ])('of %j is %s', (parts, name) => {
    expect(defaultImageName(parts)).toBe(name);
  });

  test('is one name that a file can have, whatever the application is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'binary' }), (name, version) => {
        const made = defaultImageName({ name, version, architecture: 'x86_64' });
        expect(made).toMatch(/^[^/\0.-][^/\0\s]*$/u);
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
        expect(made.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('planOutputPath', () => {
  test('is absolute', () => {
    expect(planOutputPath(undefined, image)).toBe(resolve('Hello_World-1.0-x86_64.AppImage'));
    expect(planOutputPath('out/app', image)).toBe(resolve('out/app'));
    expect(planOutputPath('/a//b/../c', image)).toBe('/a/c');
  });

  test.each(['', '/', 'folder/', 'a/..', 'x'.repeat(256)])('refuses %j', (output) => {
    expect(() => planOutputPath(output, image)).toThrow(RangeError);
  });
});
