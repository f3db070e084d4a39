import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { appimage, shellCommand } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

/** What systemd starts at boot; it needs no manager. */
const BOOT = '/lib/systemd/systemd-binfmt';
const boot = { name: BOOT, isThere: existsSync(BOOT) };

/** Where the kernel's registrations, and the folders that a registration is written to, are this process's own. */
const PLACE = [
  'mount -t binfmt_misc none /proc/sys/fs/binfmt_misc',
  'mkdir -p /etc/binfmt.d',
  'mount -t tmpfs none /etc/binfmt.d',
  'mount -t tmpfs none /usr/local/lib',
].join('\n');

function inPlace(script: string, ...args: string[]): string[] {
  return ['--user', '--map-root-user', '--mount', 'sh', '-e', '-c', `${PLACE}\n${script}`, 'sh', ...args];
}

const registrations = {
  name: 'binfmt_misc in a user namespace',
  isThere: spawnSync('unshare', inPlace('true')).status === 0,
};

describeWith([registrations], 'appimage binfmt', () => {
  test('has the kernel start AppImages by the runtime, and takes that away again', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'probe.AppImage');
    const appDir = join(folder, 'AppDir');
    probeAppDir(appDir, 'echo "started $1 ${ARGV0##*/}"; exit 7');
    await appimage(['build', appDir, '-o', file, '--arch', process.arch === 'x64' ? 'x86_64' : 'aarch64']);
    const own = shellCommand('binfmt');
    const script = [
      `${own} install`,
      'ls /proc/sys/fs/binfmt_misc; ls /etc/binfmt.d /usr/local/lib/appimage-js',
      `APPIMAGE_MOUNT=extract "$1" x || echo "status $?"`,
      `${own} install --quiet`,
      `${own} remove`,
      'ls -A /proc/sys/fs/binfmt_misc /etc/binfmt.d /usr/local/lib',
      `${own} show`,
    ].join('\n');
    const { stdout, stderr } = await execa('unshare', inPlace(script, file), { reject: false });
    expect({ stdout, stderr }).toMatchInlineSnapshot(`
      {
        "stderr": "",
        "stdout": "The kernel starts AppImages by this toolkit
      appimage-js-type1
      appimage-js-type2
      register
      status
      /etc/binfmt.d:
      appimage-js.conf

      /usr/local/lib/appimage-js:
      appimage-js-interpreter
      started x probe.AppImage
      status 7
      AppImages start by themselves again
      /etc/binfmt.d:

      /proc/sys/fs/binfmt_misc:
      register
      status

      /usr/local/lib:
      AppImages start by themselves
      :appimage-js-type1:M:0:\\x7f\\x45\\x4c\\x46\\x00\\x00\\x00\\x00\\x41\\x49\\x01:\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\xff:/usr/local/lib/appimage-js/appimage-js-interpreter:PF
      :appimage-js-type2:M:0:\\x7f\\x45\\x4c\\x46\\x00\\x00\\x00\\x00\\x41\\x49\\x02:\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\xff:/usr/local/lib/appimage-js/appimage-js-interpreter:PF",
      }
    `);
  });

  testWith([boot], 'is registered anew by what registers at boot', async () => {
    const script = [
      `${shellCommand('binfmt', 'install', '--quiet')}`,
      'cd /proc/sys/fs/binfmt_misc; grep -h . appimage-js-*; echo -1 >status; ls',
      `${BOOT}; grep -h . appimage-js-*`,
    ].join('\n');
    const { stdout, stderr } = await execa('unshare', inPlace(script), { reject: false });
    const [first, second, ...rest] = stdout.split('register\nstatus\n');
    expect({ first, stderr, rest }).toEqual({ first: `${second}\n`, stderr: '', rest: [] });
    expect(second).toMatch(/^flags: PF$/m);
  });

  test('does nothing where another program starts AppImages', async () => {
    const line = ':appimage-type2:M:8:AI\\x02::/bin/true:';
    const script = `printf '%s' '${line}' >/proc/sys/fs/binfmt_misc/register\n${shellCommand('binfmt', 'install', '--json')} || ls -A /etc/binfmt.d`;
    const { stdout, stderr } = await execa('unshare', inPlace(script), { reject: false });
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'not-permitted', message: expect.stringContaining('/bin/true') },
    });
  });
});

describe('without the rights for it', () => {
  test('the lines are shown', async () => {
    const { status, stdout } = await appimage(['binfmt']);
    expect(status).toBe(0);
    expect(stdout).toContain(':appimage-js-type2:M:0:');
  });
});
