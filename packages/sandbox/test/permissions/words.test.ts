import { describe, expect, test } from 'vitest';
import {
  describeWord,
  formatWord,
  isGranted,
  LEVELS,
  levelPermissions,
  parsePermissions,
  parseWord,
  permissionWords,
  resolveWish,
  union,
  widenings,
} from '../../src/permissions/index.ts';

describe('parseWord', () => {
  test.each([
    ['network', 'network=on'],
    ['loopback', 'network=loopback'],
    ['wayland', 'socket=wayland'],
    ['dri', 'device=dri'],
    ['devel', 'feature=devel'],
    ['home', 'filesystem=home'],
    ['~', 'filesystem=home'],
    ['home:ro', 'filesystem=home:ro'],
    ['/', 'filesystem=host'],
    ['xdg-download:rw', 'filesystem=xdg-download'],
    ['xdg-config/app//x/', 'filesystem=xdg-config/app/x'],
    ['~/a:b:create', 'filesystem=~/a:b:create'],
    ['/srv/./data', 'filesystem=/srv/data'],
    ['talk=org.example.*', 'talk=org.example.*'],
    ['set=A', 'set=A='],
    ['set=A=b=c', 'set=A=b=c'],
  ])('reads %s as %s', (text, word) => {
    expect(formatWord(parseWord(text))).toBe(word);
  });

  test.each([
    '',
    'nonsense',
    'a/b',
    '../a',
    '/a/../../etc/shadow',
    '~/..',
    '/home/*/x',
    '~/$HOME',
    '~/`id`',
    '/a\0b',
    '/proc/self',
    '/dev/sda',
    '/run/user/0',
    '/tmp/x',
    '/sys',
    '/app',
    'socket=all',
    'talk=org',
    'talk=org.freedesktop.*.x',
    'own=a b.c',
    'set=A B=c',
    'pass=A=b',
    'network=maybe',
  ])('refuses %j', (text) => {
    expect(() => parseWord(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

describe('words of permissions', () => {
  test.each(LEVELS)('rebuild them: %s', (level) => {
    const words = permissionWords(levelPermissions(level)).map(formatWord);
    expect(permissionWords(resolveWish({ allow: words })).map(formatWord)).toEqual(words);
  });

  test('are described, each in its own way', () => {
    const words = LEVELS.flatMap((level) => permissionWords(levelPermissions(level)));
    for (const word of words) expect(describeWord(word).length).toBeGreaterThan(5);
    const texts = new Map(words.map((word) => [formatWord(word), describeWord(word)]));
    expect(new Set(texts.values()).size).toBe(texts.size);
  });

  test('can be taken away again', () => {
    const permissions = resolveWish({ level: 'default', deny: ['network', 'pulseaudio', 'dri'] });
    expect(permissions).toMatchObject({ network: 'off', devices: [], sockets: ['wayland', 'fallback-x11'] });
  });
});

describe('widenings', () => {
  test('are none of a narrower level', () => {
    expect(widenings(levelPermissions('default'), levelPermissions('strict'))).toEqual([]);
    expect(widenings(levelPermissions('open'), levelPermissions('default'))).toEqual([]);
  });

  test('name what is new', () => {
    const words = widenings(
      levelPermissions('strict'),
      resolveWish({ level: 'strict', allow: ['home:ro', 'network'] }),
    );
    expect(words.map(formatWord)).toEqual(['filesystem=home:ro', 'network=on']);
  });

  test.each([
    ['home', '~/x', true],
    ['home', 'xdg-download:ro', true],
    ['home:ro', 'xdg-download', false],
    ['~/x', '~/x/y', true],
    ['~/x', '~/xy', false],
    ['/srv', '/srv/data:create', false],
    ['/srv:create', '/srv/data', true],
    ['host', '/srv', true],
    ['x11', 'fallback-x11', true],
    ['fallback-x11', 'x11', false],
    ['device=all', 'kvm', true],
    ['own=org.example.A', 'talk=org.example.A', true],
    ['talk=org.example.A', 'own=org.example.A', false],
    ['talk=org.example.*', 'talk=org.example.A', true],
    ['talk=org.example.*', 'talk=org.examples', false],
    ['session-bus', 'talk=org.example.A', true],
    ['network', 'loopback', true],
    ['loopback', 'network', false],
    ['set=A=b', 'set=A=c', false],
  ])('whoever has %s has %s: %s', (has, word, expected) => {
    expect(isGranted(resolveWish({ allow: [has] }), parseWord(word))).toBe(expected);
  });

  test.each([
    ['portable home', 'home=portable'],
    ['portals as for the host', 'identity=host-scope'],
  ])('a %s is more than the default', (_, word) => {
    const found = widenings(resolveWish({ level: 'default' }), resolveWish({ level: 'default', allow: [word] }));
    expect(found.map(formatWord)).toEqual([word]);
  });

  test('a home folder that is gone afterwards, or no portals, are not', () => {
    const less = resolveWish({ level: 'default', allow: ['home=temporary', 'identity=none'] });
    expect(widenings(resolveWish({ level: 'default' }), less)).toEqual([]);
  });

  test('are none of a union', () => {
    const strict = levelPermissions('strict');
    const both = union(strict, parsePermissions({ filesystem: { '/srv': 'read' }, network: 'loopback' }));
    expect(widenings(both, strict)).toEqual([]);
    expect(both).toMatchObject({ filesystem: { '/srv': 'read' }, network: 'loopback' });
  });
});

describe('what is denied', () => {
  test.each([
    ['home', '~/x', 'filesystem=home'],
    ['host', '/srv', 'filesystem=host'],
    ['device=all', 'kvm', 'device=all'],
    ['session-bus', 'talk=org.example.A', 'socket=session-bus'],
    ['x11', 'fallback-x11', 'socket=x11'],
  ])('is no part of something wider: %s has %s', (has, denied, wider) => {
    expect(() => resolveWish({ allow: [has], deny: [denied] })).toThrow(`${wider}; deny that`);
  });

  test('is X11 in every form when X11 is', () => {
    expect(resolveWish({ level: 'default', deny: ['x11'] }).sockets).toEqual(['wayland', 'pulseaudio']);
  });

  test.each(['network', 'loopback', 'kvm', 'xdg-download:ro', 'set=A=b', 'talk=org.example.A'])(
    '%s is gone',
    (word) => {
      const granted = resolveWish({ allow: [word] });
      expect(resolveWish({ deny: [word] }, granted)).toEqual(resolveWish({}));
    },
  );

  test.each(['/run', '/var', '/run/user/1000', '/run/./dbus', '/proc/1'])('%s can not be granted at all', (place) => {
    expect(() => parseWord(place)).toThrow('made anew for every start');
  });
});
