import type { HostGroup } from '../host-condition.ts';

const needs = ['/dev/fuse', 'fusermount3'] as const;
const withoutSysAdmin = ['setpriv', '--bounding-set=-sys_admin', '--inh-caps=-sys_admin'];

/** A sandbox of bubblewrap with the row's own folders in it. */
function sandbox(...more: string[]): string[] {
  const folders = ['/tmp', '/var/tmp', '/run', '/mnt/home', '/mnt/report'].flatMap((path) => ['--bind', path, path]);
  return ['bwrap', '--ro-bind', '/', '/', ...folders, ...more, '--'];
}

export const confinement: HostGroup = {
  title: 'Namespaces, containers, confinement',
  hosts: [
    {
      name: 'user namespaces switched off, no fusermount',
      needs,
      namespaces: ['user'],
      setUp: ['without_fusermount', 'echo 0 > /proc/sys/user/max_user_namespaces'],
      expect: { by: 'extract' },
      advice: 'Install `fuse3`, or `sysctl user.max_user_namespaces=10000`.',
    },
    {
      name: 'user namespaces forbidden by a filter, no fusermount',
      needs,
      setUp: ['without_fusermount'],
      enter: ['WITHOUT', 'namespaces'],
      expect: { by: 'extract' },
    },
    {
      name: 'user namespaces that may not mount (as AppArmor has it in Ubuntu), no fusermount',
      needs,
      setUp: ['without_fusermount'],
      enter: ['WITHOUT', 'mount'],
      expect: { by: 'extract' },
      advice: 'Install `fuse3`, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`.',
    },
    {
      name: 'a container as engines make it: root without CAP_SYS_ADMIN, filtered, no /dev/fuse',
      as: 'root',
      setUp: ['bare_dev'],
      enter: ['WITHOUT', 'mount,namespaces', ...withoutSysAdmin],
      expect: { by: 'extract' },
      advice: 'For a mount: `--device /dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined`.',
    },
    {
      name: 'the same, with /dev/fuse',
      as: 'root',
      needs,
      enter: ['WITHOUT', 'mount,namespaces', ...withoutSysAdmin],
      expect: { by: 'extract' },
    },
    {
      name: 'the same, with /dev/fuse, as a user',
      needs,
      enter: ['WITHOUT', 'mount,namespaces', ...withoutSysAdmin],
      expect: { by: 'extract' },
    },
    {
      name: 'root of a container without root’s rights outside',
      as: 'root',
      needs,
      namespaces: ['user'],
      expect: { by: 'root' },
    },
    {
      name: 'a user of a container without root’s rights outside',
      needs,
      namespaces: ['user'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'no new privileges (a service with NoNewPrivileges=yes)',
      needs,
      through: ['setpriv', '--no-new-privs'],
      expect: { by: 'userns' },
    },
    {
      name: 'no new privileges and no user namespaces',
      needs,
      enter: ['WITHOUT', 'namespaces'],
      through: ['setpriv', '--no-new-privs'],
      expect: { by: 'extract' },
    },
    { name: 'a network namespace', needs, namespaces: ['net'], expect: { by: 'fusermount' } },
    {
      name: 'bubblewrap, without /proc',
      needs: ['bwrap'],
      through: sandbox('--dev', '/dev', '--tmpfs', '/proc', '--unshare-pid'),
      mortal: false,
      expect: { by: 'extract' },
    },
    {
      name: 'bubblewrap, with /proc and a /dev of its own',
      needs: ['bwrap'],
      through: sandbox('--dev', '/dev', '--proc', '/proc', '--unshare-pid'),
      mortal: false,
      expect: { by: 'extract' },
    },
    {
      name: 'bubblewrap, with the host’s /dev',
      needs: ['bwrap', ...needs],
      through: sandbox('--dev-bind', '/dev', '/dev', '--proc', '/proc'),
      mortal: false,
      expect: { by: 'userns' },
    },
    {
      name: '/proc that hides the processes of others',
      needs,
      setUp: ['mount -t proc -o hidepid=2 proc /proc'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'the first process of a container, as root',
      as: 'root',
      needs,
      enter: ['unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--mount-proc'],
      mortal: false,
      // The kernel kills whoever would remove it along with the first process.
      keeps: ['.mount_', '.appimage-'],
      expect: { by: 'root' },
    },
    {
      name: 'a kernel of before 2020 (no pidfd_open, clone3, close_range)',
      needs,
      enter: ['WITHOUT', 'new-calls'],
      expect: { by: 'fusermount' },
    },
    {
      name: 'a filter that forbids sockets',
      needs,
      enter: ['WITHOUT', 'sockets'],
      expect: { by: 'extract' },
    },
  ],
};
