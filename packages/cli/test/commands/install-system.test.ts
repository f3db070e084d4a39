import { chownSync, lchownSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { shellCommand } from '../support/appimage.ts';
import { makeHome, writeProbe } from '../support/probe-home.ts';

/** Runs a script where all that belongs to all users is new and empty, and only for it. */
function onOwnSystem(script: string, env: Readonly<Record<string, string | undefined>>): string {
  const mounts = ['/usr/local/share', '/etc/xdg', '/srv'].map((folder) => `mount -t tmpfs tmpfs ${folder}`);
  // The programs of the tests may themselves be in /opt.
  const opt =
    'mkdir /srv/upper /srv/work; mount -t overlay -o lowerdir=/opt,upperdir=/srv/upper,workdir=/srv/work overlay /opt';
  const file = join(temporaryFolder(), 'script');
  writeFileSync(file, ['set -eu', ...mounts, opt, script].join('\n'));
  const settings = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return run('env', [...settings, 'unshare', '--mount', 'sh', file]);
}

describeWith(['root', 'unshare', 'mount', 'strace'], 'appimage install --system', () => {
  test("puts a user's file into /opt for everybody, as root's own, and takes everything away again", async () => {
    const { home, env, download } = await makeHome();
    chownSync(download, 1234, 1234);
    const script = `
umask 077
find /opt /usr/local/share /etc/xdg -path '/opt/?*' -prune -o -printf '%m %u %p\\n' | sort > ${home}/before
${shellCommand('install', '--system', '--yes', '--schemes', download)}
stat -c '%a %u %n' /opt/Probe-1.AppImage
find /usr/local/share /etc/xdg -mindepth 1 -printf '%m %y\\n' | sort -u
${shellCommand('list', '--system')}
${shellCommand('remove', '--system', '--yes', 'Probe')}
find /opt /usr/local/share /etc/xdg -path '/opt/?*' -prune -o -printf '%m %u %p\\n' | sort | diff ${home}/before -
ls /opt/*.AppImage ${home}/Downloads /opt/.Trash-0/files 2> /dev/null || true
`;
    expect(onOwnSystem(script, env).split('\n')).toEqual([
      'Installed Probe as /opt/Probe-1.AppImage',
      '755 0 /opt/Probe-1.AppImage',
      '600 f',
      '644 f',
      '755 d',
      '755 f', // the launcher
      'Probe 1.0  /opt/Probe-1.AppImage',
      'Removed Probe; the file is in the trash',
      '/opt/.Trash-0/files:',
      'Probe-1.AppImage',
      '',
      `${home}/Downloads:`,
      'Probe-1.AppImage',
      '',
    ]);
  });

  test.each([
    ['is in a folder of', (_: string, folder: string) => chownSync(folder, 1234, 1234)],
    ['is reached by a symlink of', (file: string) => lchownSync(file, 1234, 1234)],
  ])('looks at a copy of its own where the file %s another user, and leaves that alone', async (_, give) => {
    const { home, env, download } = await makeHome();
    const link = join(home, 'Downloads', 'Link.AppImage');
    symlinkSync(download, link);
    give(link, join(home, 'Downloads'));
    const script = `
strace -f -qq -e trace=openat -o ${home}/opened ${shellCommand('install', '--system', '--yes', link)}
stat -c '%F %a %u' /opt/Link.AppImage
grep -c -e 'Downloads/Link.AppImage' -e 'Downloads/Probe-1.AppImage' ${home}/opened
ls ${home}/Downloads
`;
    expect(onOwnSystem(script, env).split('\n')).toEqual([
      'Installed Probe as /opt/Link.AppImage',
      'regular file 755 0',
      '1',
      'Link.AppImage',
      'Probe-1.AppImage',
      '',
    ]);
  });

  test('refuses to leave a file where another user can change it', async () => {
    const { home, env, download } = await makeHome();
    chownSync(download, 1234, 1234);
    const script = `
${shellCommand('install', '--system', '--yes', '--in-place', download)} 2>&1 || echo refused
find /usr/local/share /etc/xdg -mindepth 1
stat -c '%a' ${home}/Downloads/Probe-1.AppImage
`;
    expect(onOwnSystem(script, env)).toMatch(/belongs to another user\nrefused\n644\n$/);
  });

  test.each([
    ['/usr/share', true],
    ['/usr/local/share/:/usr/share', false],
    ['', false],
  ])('says where sessions do not look for what all users have: %j', async (XDG_DATA_DIRS, isTold) => {
    const { env, download } = await makeHome();
    const script = `${shellCommand('install', '--system', '--yes', download)} 2>&1`;
    const told = onOwnSystem(script, { ...env, XDG_DATA_DIRS });
    expect(told).toContain('Installed Probe');
    expect(told.includes('XDG_DATA_DIRS does not name /usr/local/share')).toBe(isTold);
  });

  test("leaves a user's own installation of it alone", async () => {
    const { home, env, download } = await makeHome();
    const second = await writeProbe(join(home, 'Downloads', 'Probe-2.AppImage'), '2.0');
    const script = `
${shellCommand('install', '--yes', second)}
${shellCommand('install', '--system', '--yes', '--replace', download)}
${shellCommand('list')}
${shellCommand('list', '--system')}
${shellCommand('remove', '--yes', 'Probe')}
ls /usr/local/share/applications
${shellCommand('list', '--system')}
`;
    const lines = onOwnSystem(script, env).split('\n');
    expect(lines).toContain(`Probe 2.0  ${home}/Applications/Probe-2.AppImage`);
    expect(lines.slice(-2)).toEqual(['Probe 1.0  /opt/Probe-1.AppImage', '']);
    expect(lines).toContainEqual(expect.stringMatching(/^appimage-js-.*\.desktop$/));
  });
});
