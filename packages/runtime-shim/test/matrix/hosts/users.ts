import { BASE, type HostGroup } from '../host-condition.ts';

export const users: HostGroup = {
  title: 'Who starts it',
  hosts: [
    { name: 'an ordinary user', expect: { by: 'fusermount', in: '/tmp/.mount_test.A' } },
    { name: 'root', as: 'root', expect: { by: 'root', in: '/tmp/.mount_test.A' } },
    {
      name: 'root with the HOME and XDG folders of a user, as under `sudo`',
      as: 'root',
      expect: { by: 'root' },
    },
    {
      name: 'root under `sudo`, without /dev/fuse',
      as: 'root',
      setUp: ['bare_dev'],
      // Nothing of root's is left in the user's folders.
      expect: { by: 'extract', in: '/tmp/appimage-0/' },
    },
    {
      name: 'root without any capability',
      as: 'root',
      enter: ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'],
      expect: { by: 'extract' },
    },
    {
      name: 'root without CAP_SYS_ADMIN',
      as: 'root',
      enter: ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin'],
      expect: { by: 'userns' },
    },
    {
      name: 'a user without an entry in /etc/passwd',
      // Other sources of names, such as systemd's, may know the user without a line for him.
      setUp: [
        'mount --bind /dev/null /etc/passwd',
        'if [ -e /etc/nsswitch.conf ]; then echo "passwd: files" >/run/names; mount --bind /run/names /etc/nsswitch.conf; fi',
      ],
      expect: { by: 'userns' },
      advice: '`fusermount` has to know the user: a line in /etc/passwd, in a container `--user` with a known name.',
    },
    {
      name: 'an empty environment',
      env: { PATH: null, HOME: null, XDG_RUNTIME_DIR: null },
      expect: { by: 'fusermount', in: '/tmp/' },
    },
    {
      name: 'an environment like that of cron',
      env: { PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: null, SHELL: '/bin/sh', LOGNAME: 'nobody' },
      expect: { by: 'fusermount', in: '/tmp/' },
    },
    {
      name: 'a PATH that leads nowhere',
      env: { PATH: '/nowhere' },
      enter: ['/usr/bin/env'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'variables that change what shells do',
      env: { ENV: '/etc/passwd', IFS: 'mnt/', CDPATH: '/tmp', POSIXLY_CORRECT: '1', PS4: '$(id)', SHELLOPTS: 'xtrace' },
      expect: { by: 'fusermount' },
    },
    {
      name: 'a file that only its owner may read',
      image: `${BASE.folder}/image/private.AppImage`,
      expect: { by: 'fusermount' },
    },
    {
      name: 'a file that may be run, but not read',
      image: `${BASE.folder}/image/unreadable.AppImage`,
      expect: { status: 127, says: ['Permission denied'] },
      // It is the shell that says so, and dash in its own way.
      shImg: { status: 2, says: ['Permission denied'] },
      advice: 'Make the file readable: `chmod +r FILE`.',
    },
  ],
};
