import { describe, expect, test } from 'vitest';
import { formatWord, permissionWords, proposePermissions } from '../../src/permissions/index.ts';

const facts = {
  home: '/home/me',
  userFolders: { 'xdg-download': '/home/me/Downloads', 'xdg-config': '/home/me/.config' },
  exists: (path: string) => !path.includes('absent'),
};

function propose(...lines: string[]): string[] {
  return permissionWords(proposePermissions(lines, facts).permissions)
    .map(formatWord)
    .filter((word) => !['home=private', 'identity=flatpak-like', 'feature=multiarch', 'network=off'].includes(word));
}

describe('proposePermissions', () => {
  test.each([
    ['7 openat(AT_FDCWD, "/home/me/Downloads/a", O_RDONLY) = -1 ENOENT (No such file)', 'filesystem=xdg-download:ro'],
    ['7 openat(AT_FDCWD, "/home/me/Downloads/absent", O_WRONLY|O_CREAT, 0666) = 3', 'filesystem=xdg-download'],
    ['openat(AT_FDCWD, "/home/me/my work/a", O_RDWR) = 3', 'filesystem=~/my work'],
    ['stat("/media/stick/a", 0x7ff) = -1 ENOENT', 'filesystem=/media/stick:ro'],
    ['openat(AT_FDCWD, "/dev/dri", O_RDONLY|O_DIRECTORY) = -1 ENOENT', 'device=dri'],
    ['openat(AT_FDCWD, "/dev/kvm", O_RDWR) = -1 ENOENT', 'device=kvm'],
    ['connect(3, {sa_family=AF_UNIX, sun_path="/tmp/.X11-unix/X0"}, 20) = 0', 'socket=fallback-x11'],
    ['connect(3, {sa_family=AF_UNIX, sun_path="/run/user/0/wayland-0"}, 20) = 0', 'socket=wayland'],
    ['connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16) = 0', 'network=on'],
    [
      'connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
      'network=loopback',
    ],
    ['connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0', 'network=on'],
  ])('makes of %s %s', (line, word) => {
    expect(propose(line)).toEqual([word]);
  });

  test.each([
    'openat(AT_FDCWD, "/home/me/.config/app/x", O_RDWR|O_CREAT) = 3',
    'openat(AT_FDCWD, "/home/me/.cache", O_RDONLY) = 3',
    'openat(AT_FDCWD, "/home/me/absent/x", O_RDONLY) = -1 ENOENT',
    'openat(AT_FDCWD, "/dev/input/absent", O_RDONLY) = -1 ENOENT',
    'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 ENOENT',
    'write(1, "/home/me/Downloads", 5) = 5',
    'unfinished nonsense "',
    'stat("/media/../x", 0) = 0',
    'stat("/home/me/w/../secret", 0) = 0',
    'stat("/home/me/[x]", 0) = 0',
    'stat("/mnt/$HOME", 0) = 0',
  ])('makes nothing of %s', (line) => {
    expect(propose(line)).toEqual([]);
  });

  test('widens what was read when it is written to, and says why', () => {
    const { permissions, reasons } = proposePermissions(
      [
        'openat(AT_FDCWD, "/home/me/w/a", O_RDONLY) = 3',
        'openat(AT_FDCWD, "/home/me/w/b", O_WRONLY) = 3',
        'stat("/home/me/w/a", 0) = 0',
      ],
      facts,
    );
    expect(permissions.filesystem).toEqual({ '~/w': 'write' });
    expect(reasons).toEqual({ 'filesystem=~/w': '/home/me/w/b' });
  });
});
