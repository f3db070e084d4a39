import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, sharedFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { availableElfRuntimes, elfRuntimePath } from '../../src/index.ts';
import { run } from '../native/run.ts';
import { shellPlace, shImg } from './fixture.ts';

const architectures = ['x86_64', 'aarch64'];

const runtimes = {
  name: 'native runtimes for both',
  isThere: architectures.every((name) => availableElfRuntimes().includes(name)),
};

/** First bytes of an ELF program for the machine, and which of their bits count; as qemu-binfmt-conf.sh has them. */
const FORMAT =
  ':test-aarch64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:' +
  '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:';

const QEMU = '/usr/bin/qemu-aarch64-static';

const folder = sharedFolder();
const uname = join(folder, 'uname');
writeFileSync(uname, '#!/bin/sh\necho aarch64\n', { mode: 0o755 });

/** Without the magic of AppImages, over which the usual registrations of emulators stumble. */
const runtimeForAarch64 = (): Buffer => readFileSync(elfRuntimePath('aarch64')).fill(0, 8, 11);

/**
 * The arguments of `unshare` to run a program where the kernel hands programs for aarch64 to QEMU, and uname says that this is
 * the machine: in a user namespace, which has emulators of its own since Linux 6.7, and a mount namespace.
 */
function onAarch64(program: string, args: readonly string[]): string[] {
  const script = [
    'mount -t binfmt_misc none /proc/sys/fs/binfmt_misc',
    'printf %s "$1" >/proc/sys/fs/binfmt_misc/register',
    'mount --bind "$2" "$(readlink -f "$(command -v uname)")"',
    'shift 2; exec "$@"',
  ].join('\n');
  const inside = ['-e', '-c', script, 'sh', `${FORMAT}${QEMU}:F`, uname, program, ...args];
  return ['--user', '--map-root-user', '--mount', 'sh', ...inside];
}

function canEmulate(): boolean {
  if (!runtimes.isThere) return false;
  const probe = join(folder, 'probe');
  writeFileSync(probe, runtimeForAarch64(), { mode: 0o755 });
  return spawnSync('unshare', onAarch64(probe, ['--appimage-version'])).status === 0;
}

const emulation = { name: 'emulation in a namespace', isThere: canEmulate() };

async function image(): Promise<string> {
  const more = { 'AppRun.x86_64': '#!/bin/sh\necho "native $1"\nexit 21\n', 'AppRun.aarch64': runtimeForAarch64() };
  return shImg('exit 99', { architectures, helpers: undefined, more, name: 'two.AppImage' });
}

describeWith(['mksquashfs', runtimes], 'one file for two architectures', () => {
  test('starts its program for this machine', async () => {
    const { options } = shellPlace();
    expect(await run(await image(), ['x'], options)).toMatchObject({ status: 21, stdout: 'native x\n', stderr: '' });
  });

  describeWith(['qemu-aarch64-static', emulation], 'under emulation', () => {
    test('starts its program for aarch64, by its helper for aarch64', async () => {
      const { options } = shellPlace();
      const env = { ...options.env, APPIMAGE_MOUNT: 'extract' };
      const file = await image();
      // The program for aarch64 is a runtime without a payload, which tells its version.
      const finished = await run('unshare', onAarch64(file, ['--', '--appimage-version']), { ...options, env });
      expect(finished).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^appimage-js runtime \d/),
        stderr: '',
      });
      expect((await run('unshare', onAarch64(file, ['--appimage-list']), { ...options, env })).stdout).toContain(
        'AppRun.aarch64\n',
      );
    });
  });
});
