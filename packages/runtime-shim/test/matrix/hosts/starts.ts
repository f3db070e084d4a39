import { BASE, type HostGroup, USER } from '../host-condition.ts';

const needs = ['/dev/fuse', 'fusermount3'] as const;
const image = `${BASE.folder}/image/test.AppImage`;

/** What a shell does before it becomes the image. */
function shell(script: string): string[] {
  return ['/bin/sh', '-c', script];
}

const long = `/tmp/${`${'long'.repeat(60)}/`.repeat(16)}`;

export const starts: HostGroup = {
  title: 'How it is started',
  hosts: [
    { name: 'stdin closed', needs, through: shell('exec "$0" "$@" <&-'), closed: [0], expect: { by: 'fusermount' } },
    { name: 'stdout closed', needs, through: shell('exec "$0" "$@" >&-'), closed: [1], expect: { by: 'fusermount' } },
    { name: 'stderr closed', needs, through: shell('exec "$0" "$@" 2>&-'), closed: [2], expect: { by: 'fusermount' } },
    {
      name: 'stdin, stdout and stderr closed',
      needs,
      through: shell('exec "$0" "$@" <&- >&- 2>&-'),
      closed: [0, 1, 2],

      expect: { by: 'fusermount' },
    },
    {
      name: 'stdin, stdout and stderr closed, no FUSE',
      setUp: ['bare_dev'],
      through: shell('exec "$0" "$@" <&- >&- 2>&-'),
      closed: [0, 1, 2],

      expect: { by: 'extract' },
    },
    {
      name: 'stdin, stdout and stderr closed, no fusermount',
      needs,
      setUp: ['without_fusermount'],
      through: shell('exec "$0" "$@" <&- >&- 2>&-'),
      closed: [0, 1, 2],

      expect: { by: 'userns' },
    },
    {
      name: 'in a folder that has been removed',
      needs,
      through: shell('mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone; exec "$0" "$@"'),
      expect: { by: 'fusermount' },
      // Said by dash, before it reads the script.
      shImg: { by: 'fusermount', stderr: 'sh: 0: getcwd() failed: No such file or directory\n' },
    },
    {
      name: 'in a folder that the user may not enter',
      needs,
      setUp: ['mkdir -m 700 /tmp/closed'],
      watch: ['/tmp/closed'],
      enter: shell('cd /tmp/closed; exec "$0" "$@"'),
      expect: { by: 'fusermount' },
    },
    {
      name: 'by a relative name',
      needs,
      through: shell(`cd ${BASE.folder}; shift; exec image/test.AppImage "$@"`).concat('sh'),
      expect: { by: 'fusermount' },
    },
    {
      name: 'through a symlink',
      needs,
      setUp: [`ln -s ${image} /run/link`],
      image: '/run/link',
      resolved: image,
      expect: { by: 'fusermount' },
    },
    {
      name: 'by its name on PATH',
      needs,
      env: { PATH: `${BASE.folder}/image:/usr/bin:/bin` },
      image: 'test.AppImage',
      resolved: image,
      expect: { by: 'fusermount' },
    },
    {
      name: 'from a path of almost 4096 bytes',
      needs,
      setUp: [`mkdir -p ${long}`, `cp ${image} ${long}`],
      image: `${long}test.AppImage`,
      keeps: ['long'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'with SIGCHLD ignored',
      needs,
      through: ['env', '--ignore-signal=CHLD'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'with SIGCHLD ignored, no fusermount',
      needs,
      setUp: ['without_fusermount'],
      through: ['env', '--ignore-signal=CHLD'],
      expect: { by: 'userns' },
    },
    {
      name: 'with a umask of 0777',
      needs,
      through: shell('umask 0777; exec "$0" "$@"'),
      expect: { by: 'fusermount' },
    },
    {
      name: 'with a umask of 0777, no FUSE',
      setUp: ['bare_dev'],
      through: shell('umask 0777; exec "$0" "$@"'),
      expect: { by: 'extract' },
    },
    { name: 'with at most 16 open files', needs, through: ['prlimit', '--nofile=16'], expect: { by: 'fusermount' } },
    {
      name: 'with at most 16 open files, no FUSE',
      setUp: ['bare_dev'],
      through: ['prlimit', '--nofile=16'],
      expect: { by: 'extract' },
    },
    {
      name: 'without another process',
      needs,
      through: ['prlimit', '--nproc=1'],
      expect: { by: 'extract' },
      shImg: { status: 2, says: ['Cannot fork'] },
      advice: 'Raise the limit: `ulimit -u`.',
    },
    { name: 'with 24 MiB of addresses', needs, through: ['prlimit', `--as=${24 << 20}`], expect: { by: 'fusermount' } },
    {
      name: 'with 24 MiB of addresses, no FUSE',
      setUp: ['bare_dev'],
      through: ['prlimit', `--as=${24 << 20}`],
      expect: { by: 'extract' },
      hostTools: { status: 127, says: ['unsquashfs', 'thread'] },
      advice: 'Raise the limit: `ulimit -v`.',
    },
    { name: 'with files of at most 4 KiB', needs, through: ['prlimit', '--fsize=4096'], expect: { by: 'fusermount' } },
    {
      name: 'with files of at most 4 KiB, no FUSE',
      setUp: ['bare_dev'],
      through: ['prlimit', '--fsize=4096'],
      expect: { status: 127, says: ['File too large'] },
      // It is the native program that is too large, and gzip that says so.
      shImg: { status: 127, says: ['File size limit exceeded'] },
      advice: 'Raise the limit: `ulimit -f unlimited`.',
    },
    {
      name: 'with a stack of 64 KiB',
      needs,
      through: ['prlimit', '--stack=65536:8388608'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'from a FUSE mount of the same user',
      needs: [...needs, 'squashfuse'],
      setUp: [
        `mksquashfs ${image} /run/file.squashfs -quiet -no-progress -noappend >/dev/null`,
        'own /run/mounted',
        `setpriv --reuid ${USER} --regid ${USER} --clear-groups squashfuse /run/file.squashfs /run/mounted`,
      ],
      image: '/run/mounted/test.AppImage',
      expect: { by: 'fusermount' },
    },
    {
      name: 'an AppImage in an AppImage',
      needs,
      image: `${BASE.folder}/image/nested.AppImage`,
      nested: true,
      expect: { by: 'fusermount' },
    },
    {
      name: 'an AppImage in an AppImage, no fusermount',
      needs,
      setUp: ['without_fusermount'],
      image: `${BASE.folder}/image/nested.AppImage`,
      nested: true,
      expect: { by: 'userns' },
    },
    {
      name: 'an AppImage in an AppImage, no FUSE',
      setUp: ['bare_dev'],
      image: `${BASE.folder}/image/nested.AppImage`,
      nested: true,
      expect: { by: 'extract' },
    },
    {
      name: 'an AppImage in an AppImage, as root',
      as: 'root',
      needs,
      image: `${BASE.folder}/image/nested.AppImage`,
      nested: true,
      expect: { by: 'root' },
    },
  ],
};
