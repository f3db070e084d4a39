import { BASE, type HostGroup, USER } from '../host-condition.ts';

const needs = ['/dev/fuse', 'fusermount3'] as const;
const owned = `mode=700,uid=${USER},gid=${USER}`;

/** Every folder that a start may write to, with those options. */
function everywhere(options: string): string[] {
  return ['/tmp', '/var/tmp', BASE.home, BASE.runtimeFolder].map((path) =>
    path.endsWith('tmp') ? `tmpfs ${options},mode=1777 ${path}` : `tmpfs ${options},${owned} ${path}`,
  );
}

const noFuse = 'bare_dev';

export const folders: HostGroup = {
  title: 'Folders',
  hosts: [
    {
      name: 'a temporary folder without programs (noexec)',
      needs,
      setUp: ['tmpfs noexec,mode=1777 /tmp'],
      expect: { by: 'fusermount' },
    },
    { name: 'noexec everywhere', needs, setUp: everywhere('noexec'), expect: { by: 'fusermount' } },
    {
      name: 'noexec home and temporary folder, no FUSE',
      setUp: [noFuse, `tmpfs noexec,${owned} ${BASE.home}`, 'tmpfs noexec,mode=1777 /tmp'],
      expect: { by: 'extract', in: `${BASE.runtimeFolder}/appimage/` },
    },
    {
      name: 'noexec everywhere but in /var/tmp, no FUSE',
      setUp: [noFuse, ...everywhere('noexec'), 'tmpfs mode=1777 /var/tmp'],
      expect: { by: 'extract', in: `/var/tmp/appimage-${USER}/` },
    },
    {
      name: 'noexec everywhere, no FUSE',
      setUp: [noFuse, ...everywhere('noexec')],
      expect: { status: 127, says: ['noexec', 'XDG_CACHE_HOME'] },
      advice: 'Install `fuse3`, or set `XDG_CACHE_HOME` to a folder from which programs may be run.',
    },
    {
      name: 'a read-only home, no FUSE',
      setUp: [noFuse, `tmpfs ro,${owned} ${BASE.home}`],
      expect: { by: 'extract', in: `${BASE.runtimeFolder}/appimage/` },
    },
    {
      name: 'no HOME and no XDG folders, no FUSE',
      setUp: [noFuse],
      env: { HOME: null, XDG_RUNTIME_DIR: null },
      expect: { by: 'extract', in: `/tmp/appimage-${USER}/` },
    },
    {
      name: 'HOME of another user, no FUSE',
      setUp: [noFuse, 'tmpfs mode=755,uid=4242 /mnt/home'],
      expect: { by: 'extract', in: `${BASE.runtimeFolder}/appimage/` },
    },
    {
      name: 'HOME of another user that everybody may write to, no FUSE',
      setUp: [noFuse, 'tmpfs mode=777,uid=4242 /mnt/home'],
      expect: { by: 'extract', in: `${BASE.runtimeFolder}/appimage/` },
    },
    {
      name: 'XDG_RUNTIME_DIR that is not there, no HOME, no FUSE',
      setUp: [noFuse],
      env: { HOME: null, XDG_RUNTIME_DIR: '/run/user/none' },
      expect: { by: 'extract', in: `/tmp/appimage-${USER}/` },
    },
    {
      name: 'XDG_RUNTIME_DIR of another user, no HOME, no FUSE',
      setUp: [noFuse, `tmpfs mode=777,uid=4242 ${BASE.runtimeFolder}`],
      env: { HOME: null },
      expect: { by: 'extract', in: `/tmp/appimage-${USER}/` },
    },
    {
      name: 'XDG_RUNTIME_DIR without programs (noexec), no HOME, no FUSE',
      setUp: [noFuse, `tmpfs noexec,${owned} ${BASE.runtimeFolder}`],
      env: { HOME: null },
      expect: { by: 'extract', in: `/tmp/appimage-${USER}/` },
    },
    {
      name: 'somebody else’s folder with the name of the extraction cache in /tmp, no HOME, no FUSE',
      setUp: [noFuse, `install -d -m 777 -o 4242 /tmp/appimage-${USER}`],
      env: { HOME: null, XDG_RUNTIME_DIR: null },
      keeps: [`appimage-${USER}`],
      expect: { by: 'extract', in: `/var/tmp/appimage-${USER}/` },
    },
    {
      name: 'a symlink with the name of the extraction cache in /tmp, no HOME, no FUSE',
      setUp: [noFuse, `ln -s ${BASE.home} /tmp/appimage-${USER}`],
      env: { HOME: null, XDG_RUNTIME_DIR: null },
      keeps: [`appimage-${USER}`],
      expect: { by: 'extract', in: `/var/tmp/appimage-${USER}/` },
    },
    { name: 'full disks', needs, setUp: everywhere('size=8k'), expect: { by: 'fusermount' } },
    {
      name: 'full disks, no FUSE',
      setUp: [noFuse, ...everywhere('size=8k')],
      expect: { status: 127, says: ['No space left on device', 'XDG_CACHE_HOME'] },
      advice: 'Free some space, or set `XDG_CACHE_HOME` to a folder on another disk.',
    },
    {
      name: 'a temporary folder without room for one more folder',
      needs,
      setUp: ['tmpfs nr_inodes=1,mode=1777 /tmp'],
      expect: { by: 'fusermount', in: `${BASE.runtimeFolder}/.mount_` },
    },
    {
      name: 'no folder that may be written to',
      needs,
      setUp: everywhere('ro'),
      expect: { status: 127, says: ['Read-only file system', 'TMPDIR'] },
      hostTools: { status: 127, says: ['cannot be written to', 'TMPDIR'] },
      advice: 'Set `TMPDIR` to a folder that may be written to.',
    },
    { name: 'TMPDIR that is relative', needs, env: { TMPDIR: 'tmp' }, expect: { by: 'fusermount', in: '/tmp/' } },
    {
      name: 'TMPDIR that is not there',
      needs,
      env: { TMPDIR: '/tmp/none' },
      expect: { by: 'fusermount', in: '/tmp/.mount' },
    },
    { name: 'TMPDIR that is empty', needs, env: { TMPDIR: '' }, expect: { by: 'fusermount', in: '/tmp/' } },
    {
      name: 'TMPDIR with spaces, a comma, a quote and a newline',
      needs,
      setUp: [`own "/tmp/a b,c'd\ne"`],
      env: { TMPDIR: "/tmp/a b,c'd\ne" },
      watch: ["/tmp/a b,c'd\ne"],
      expect: { by: 'fusermount', in: "/tmp/a b,c'd\ne/" },
    },
    {
      name: 'TMPDIR of another user',
      needs,
      setUp: ['install -d -m 755 -o 4242 /tmp/other'],
      env: { TMPDIR: '/tmp/other' },
      keeps: ['other'],
      expect: { by: 'fusermount', in: '/tmp/.mount' },
    },
    {
      name: 'a file system that knows no locks, no FUSE',
      setUp: [noFuse],
      enter: ['WITHOUT', 'locks'],
      expect: { status: 127, says: ['No locks available', 'XDG_CACHE_HOME'] },
      hostTools: { by: 'extract' },
      advice: 'Set `XDG_CACHE_HOME` to a folder on a local disk.',
    },
  ],
};
