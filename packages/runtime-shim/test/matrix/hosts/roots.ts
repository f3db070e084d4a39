import { readFileSync } from 'node:fs';
import { findTool, type Oracle } from '@appimage-js/testing';
import { BASE, type HostGroup, USER } from '../host-condition.ts';

const root = `${BASE.folder}/root`;
const needs = ['/dev/fuse', 'fusermount3'] as const;

const busyboxPath = findTool('busybox');
/** Debian's package busybox-static: the other one needs a libc. */
const staticBusybox: Oracle = {
  name: 'busybox-static',
  isThere: busyboxPath !== undefined && !readFileSync(busyboxPath).includes('/ld-linux'),
};

/** The host's own root once more, below /mnt/root, with nothing mounted in it but the row's own folders. */
const again = [
  `mount --bind / ${root}`,
  ...['/tmp', '/var/tmp'].map((path) => `tmpfs mode=1777 ${root}${path}`),
  ...['/run', '/proc', '/dev'].map((path) => `tmpfs mode=755 ${root}${path}`),
  ...[BASE.folder, BASE.home, '/srv'].map((path) => `mount --bind ${path} ${root}${path}`),
  ...['user', 'user/nobody'].map((name) => `mkdir ${root}/run/${name}`),
  `mv ${root}/run/user/nobody ${root}${BASE.runtimeFolder}; chown ${USER}:${USER} ${root}${BASE.runtimeFolder}`,
];

/** A root with the image and folders to write to, and nothing else. */
const bare = [
  `tmpfs mode=755 ${root}`,
  `mkdir -p ${root}${BASE.home} ${root}/bin ${root}/proc ${root}/dev`,
  `mkdir -m 1777 ${root}/tmp`,
  `chown ${USER}:${USER} ${root}${BASE.home}`,
  `mkdir ${root}${BASE.folder}/image ${root}${BASE.folder}/report`,
  `mount --bind ${BASE.folder}/image ${root}${BASE.folder}/image`,
  `mount --bind ${BASE.folder}/report ${root}${BASE.folder}/report`,
];
const busybox = [`cp "$(command -v busybox)" ${root}/bin/busybox`, `chroot ${root} /bin/busybox --install -s /bin`];
const device = [
  `touch ${root}/dev/fuse ${root}/dev/null`,
  ...['fuse', 'null'].map((name) => `mount --bind /dev/${name} ${root}/dev/${name}`),
];
/** Not by chroot, where the kernel allows no user namespace. */
const becomeRoot = [`mkdir ${root}/old; cd ${root}; pivot_root . old; umount -l /old; rmdir /old`];
const proc = [`mount -t proc proc ${root}/proc`];

/** From outside, where the program is; an ordinary user in there. */
const inChroot = { as: 'root', through: ['chroot', `--userspec=${USER}:${USER}`, '--groups=', root] } as const;
const watch = [`${root}/tmp`, `${root}/var/tmp`, `${root}${BASE.home}`, `${root}${BASE.runtimeFolder}`];

export const roots: HostGroup = {
  title: 'Roots',
  hosts: [
    {
      ...inChroot,
      name: 'chroot with /proc and /dev',
      needs,
      watch,
      setUp: [...again, ...proc, `mount --rbind /dev ${root}/dev`],
      expect: { by: 'fusermount' },
    },
    {
      ...inChroot,
      name: 'chroot with /dev, without /proc',
      needs,
      watch,
      setUp: [...again, `mount --rbind /dev ${root}/dev`],
      // What fusermount mounts there it could not unmount again.
      expect: { by: 'extract' },
    },
    {
      ...inChroot,
      name: 'chroot with /proc, without /dev',
      watch,
      setUp: [...again, ...proc],
      expect: { by: 'extract', in: '/mnt/home/.cache/appimage/' },
    },
    {
      ...inChroot,
      name: 'chroot without /proc and /dev',
      watch,
      setUp: again,
      expect: { by: 'extract', in: '/mnt/home/.cache/appimage/' },
    },
    {
      name: 'busybox and nothing else: no libc, no loader, no fusermount',
      needs: [...needs, staticBusybox],
      setUp: [...bare, ...busybox, ...proc, ...device, ...becomeRoot],
      expect: { by: 'userns' },
      hostTools: { status: 127, says: ['squashfuse', 'unsquashfs'] },
      advice: 'A shImg without a program for the machine needs `squashfuse` or `unsquashfs`.',
    },
    {
      ...inChroot,
      name: 'busybox and nothing else, without /proc and /dev',
      needs: [staticBusybox],
      watch,
      setUp: [...bare, ...busybox],
      expect: { by: 'extract' },
      hostTools: { status: 127, says: ['squashfuse', 'unsquashfs'] },
      advice: 'A shImg without a program for the machine needs `squashfuse` or `unsquashfs`.',
    },
    {
      ...inChroot,
      name: 'the image and nothing else',
      watch,
      setUp: bare,
      expect: { by: 'extract' },
      shImg: { status: 127, says: ['No such file or directory'] },
      advice: 'A shImg needs a shell.',
    },
    {
      name: 'a read-only root with a writable temporary folder',
      needs,
      setUp: ['mount -o remount,bind,ro /', 'tmpfs ro,mode=755 /mnt/home'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'a read-only root with a writable temporary folder, no FUSE',
      setUp: ['bare_dev', 'mount -o remount,bind,ro /', 'tmpfs ro,mode=755 /mnt/home', 'tmpfs ro /run'],
      expect: { by: 'extract', in: `/tmp/appimage-${USER}/` },
    },
  ],
};
