import type { HostGroup } from '../host-condition.ts';

/** A fusermount3 of the row's own, in every usual place, which root has put there with those rights. */
function ownFusermount(mode: string, group = 0): string[] {
  return [
    `install -m ${mode} -g ${group} "$(readlink -f "$(command -v fusermount3)")" /run/own-fusermount`,
    'cover fusermount3 /run/own-fusermount',
    'cover fusermount /run/own-fusermount',
  ];
}

/** A script in the place of fusermount3. */
function scriptAsFusermount(script: string): string[] {
  return [
    `printf '#!/bin/sh\\n%s\\n' ${JSON.stringify(script)} > /run/script`,
    'chmod 755 /run/script',
    'cover fusermount3 /run/script',
    'cover fusermount /run/script',
  ];
}

const needs = ['/dev/fuse', 'fusermount3'] as const;

export const fuse: HostGroup = {
  title: 'FUSE',
  hosts: [
    {
      name: 'no /dev/fuse',
      setUp: ['bare_dev'],
      expect: { by: 'extract', in: '/mnt/home/.cache/appimage/' },
      advice: 'Load the module (`modprobe fuse`), or give the container the device: `--device /dev/fuse`.',
    },
    { name: 'no /dev/fuse, as root', as: 'root', setUp: ['bare_dev'], expect: { by: 'extract' } },
    {
      name: '/dev/fuse that only root may open',
      needs,
      setUp: ['fuse_with_mode 600'],
      expect: { by: 'extract' },
      advice: '`chmod 666 /dev/fuse`; `udev` and its rules do that where they run.',
    },
    {
      name: 'a kernel without FUSE behind /dev/fuse',
      setUp: [
        'bare_dev',
        'mknod -m 666 /run/nothing c 10 254',
        'touch /run/new/fuse',
        'mount --bind /run/nothing /dev/fuse',
      ],
      expect: { by: 'extract' },
    },
    {
      name: 'no fusermount',
      needs,
      setUp: ['without_fusermount'],
      expect: { by: 'userns' },
      advice: 'Install `fuse3`: programs of the image may then use `sudo` and sandboxes of their own.',
    },
    { name: 'no fusermount, as root', needs, as: 'root', setUp: ['without_fusermount'], expect: { by: 'root' } },
    {
      name: 'fusermount is not setuid',
      needs,
      setUp: ownFusermount('755'),
      expect: { by: 'userns' },
      advice: '`chmod u+s` what `command -v fusermount3` says.',
    },
    {
      name: 'fusermount may be run, but not read (mode 4711)',
      needs,
      setUp: ownFusermount('4711'),
      expect: { by: 'fusermount' },
    },
    {
      name: 'fusermount is for a group only (mode 4750)',
      needs,
      setUp: ownFusermount('4750', 4),
      expect: { by: 'userns' },
      advice: 'Add the user to that group.',
    },
    {
      name: 'fusermount on a file system without setuid programs',
      needs,
      setUp: ['mount --bind /usr/bin /usr/bin', 'mount -o remount,bind,nosuid /usr/bin'],
      expect: { by: 'userns' },
    },
    { name: 'fusermount fails', needs, setUp: scriptAsFusermount('echo no >&2; exit 1'), expect: { by: 'userns' } },
    {
      name: 'fusermount says that all is well, and has done nothing',
      needs,
      setUp: scriptAsFusermount('echo done; exit 0'),
      expect: { by: 'userns' },
    },
    { name: 'fusermount dies', needs, setUp: scriptAsFusermount('kill -SEGV $$'), expect: { by: 'userns' } },
    {
      name: 'fusermount hangs',
      needs,
      setUp: scriptAsFusermount('exec sleep 3600'),
      // It is waited for at each start.
      mortal: false,
      expect: { by: 'userns' },
    },
    {
      name: 'fusermount only where NixOS has it',
      needs,
      setUp: [
        'mkdir -p /run/wrappers/bin',
        'install -m 4755 "$(readlink -f "$(command -v fusermount3)")" /run/wrappers/bin/fusermount3',
        'without_fusermount',
      ],
      expect: { by: 'fusermount' },
      // squashfuse looks on PATH only, and for that of FUSE 3.
      hostTools: { by: 'extract' },
    },
    {
      name: 'fusermount of FUSE 2 only',
      needs,
      setUp: [
        'mkdir /run/bin',
        'install -m 4755 "$(readlink -f "$(command -v fusermount3)")" /run/bin/fusermount',
        'without_fusermount',
      ],
      env: { PATH: '/run/bin:/usr/bin:/bin' },
      expect: { by: 'fusermount' },
      hostTools: { by: 'extract' },
    },
    {
      name: 'as many FUSE mounts as /etc/fuse.conf allows',
      needs: [...needs, '/etc/fuse.conf'],
      setUp: ['echo "mount_max = 0" > /run/fuse.conf', 'mount --bind /run/fuse.conf /etc/fuse.conf'],
      expect: { by: 'userns' },
    },
  ],
};
