import { describe, expect, test } from 'vitest';
import { parseAttributes } from '../../../src/iso9660/system-use/arbitrary-attributes.ts';

const malformed = expect.objectContaining({ name: 'AppImageError', code: 'malformed' });

describe('attributes', () => {
  const component = (content: string | readonly number[], flags = 0) => {
    const bytes = Buffer.from(content as string);
    return Buffer.concat([Buffer.from([flags, bytes.length]), bytes]);
  };
  const parse = (...components: readonly Uint8Array[]) => parseAttributes(Buffer.concat(components), 0);
  const text = (attributes: ReadonlyMap<string, Uint8Array>) =>
    Object.fromEntries([...attributes].map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));

  test('have short names for what they begin with', () => {
    const found = parse(
      ...[
        component('\x03abc'),
        component('1'),
        component('user.def'),
        component('2'),
        component('\x05x'),
        component('3'),
      ],
      ...[
        component('\x06y'),
        component('4'),
        component('\x02z'),
        component('5'),
        component('\x01\x03raw'),
        component('6'),
      ],
    );
    expect(text(found)).toEqual({
      ...{ 'user.abc': '1', 'user.def': '2', 'trusted.x': '3', 'security.y': '4', 'system.z': '5', '\x03raw': '6' },
    });
  });

  test('are put together from pieces', () => {
    const found = parse(
      component('\x03n', 1),
      component('ame'),
      component('val', 1),
      component('u', 1),
      component('e'),
    );
    expect(text(found)).toEqual({ 'user.name': 'value' });
  });

  test('that xorriso has for itself are left out', () => {
    expect(text(parse(component('\x04cx'), component('x'), component('isofs.di'), component('y')))).toEqual({});
  });

  test('without name are access control lists', () => {
    // u::rw-,u:123:rw-,g::r--,g:65534:rw-,m::r--,o::r-- and, as default, u::rwx,g::r-x,o::r-x
    const value = [0x16, 0xae, 1, 123, 0x34, 0xce, 2, 255, 254, 0x54, 0x64, 0x81, 0x17, 0x35, 0x65];
    const found = parse(component(''), component(value));
    const hex = Object.fromEntries([...found].map(([name, list]) => [name, Buffer.from(list).toString('hex')]));
    expect(hex).toEqual({
      'system.posix_acl_access': [
        '02000000 01000600ffffffff 020006007b000000 04000400ffffffff 08000600feff0000 10000400ffffffff 20000400ffffffff',
      ]
        .join('')
        .replaceAll(' ', ''),
      'system.posix_acl_default': '02000000 01000700ffffffff 04000500ffffffff 20000500ffffffff'.replaceAll(' ', ''),
    });
  });

  test('with an entry of a list that nobody knows are malformed', () => {
    expect(() => parse(component(''), component([0x20]))).toThrow(malformed);
  });

  test('that are cut off are out of bounds', () => {
    expect(() => parse(component('\x03abc'))).toThrow(expect.objectContaining({ code: 'out-of-bounds' }));
  });
});
