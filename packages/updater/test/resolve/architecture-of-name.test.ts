import { describe, expect, test } from 'vitest';
import { architecturesOfName, fitOfName } from '../../src/resolve/architecture-of-name.ts';

describe('the architecture in a name', () => {
  test.each([
    ['App-1.2.3-x86_64.AppImage', ['x86_64']],
    ['App-1.2.3-amd64.AppImage', ['x86_64']],
    ['app_1.0_x64.AppImage', ['x86_64']],
    ['App-linux-x86-64.AppImage', ['x86_64']],
    ['App-arm64.AppImage', ['aarch64']],
    ['App-aarch64.AppImage.zsync', ['aarch64']],
    ['App-armv7l.AppImage', ['armhf']],
    ['App-i386.AppImage', ['i686']],
    ['App-x86.AppImage', ['i686']],
    ['App-x86_64-aarch64.AppImage', ['x86_64', 'aarch64']],
    ['Marmalade.AppImage', []],
    ['charm-1.0.AppImage', []],
    ['matrix64k.AppImage', []],
  ])('of %s is %j', (name, expected) => {
    expect(architecturesOfName(name)).toEqual(expected);
  });

  test('fits, says nothing, or is another one', () => {
    expect(fitOfName('App-amd64.AppImage', 'x86_64')).toBe('named');
    expect(fitOfName('App.AppImage', 'x86_64')).toBe('unnamed');
    expect(fitOfName('App-arm64.AppImage', 'x86_64')).toBe('other');
    expect(fitOfName('App-arm64.AppImage', undefined)).toBe('unnamed');
  });
});
