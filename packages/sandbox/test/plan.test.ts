import { describe, expect, test } from 'vitest';
import type { HostFacts, ImageFacts, LaunchRequest } from '../src/index.ts';
import { CONTENTS, planLaunch } from '../src/index.ts';

const host: HostFacts = {
  platform: 'linux',
  architecture: 'x86_64',
  runtime: '/opt/runtime-x86_64',
  runtimeState: 'ready',
};
const image: ImageFacts = {
  type: 'type-2',
  architectures: ['x86_64'],
  payload: { kind: 'squashfs', offset: 302_320, compression: 'zstd' },
};
const request: LaunchRequest = {
  file: 'my app.AppImage',
  args: ['--flag', 'two words'],
  env: { PATH: '/bin', UNSET: undefined, TARGET_APPIMAGE: '/another' },
  cwd: '/home/me',
  image,
  host,
};

describe('planLaunch', () => {
  test('hands an AppDir to the runtime as it is', () => {
    const appDir: ImageFacts = { type: 'appdir', architectures: [], payload: undefined };
    const { env } = planLaunch({ ...request, image: appDir, contents: { directory: 'my app.AppImage' } });
    expect(env).toEqual({ PATH: '/bin', TARGET_APPIMAGE: '/home/me/my app.AppImage' });
  });

  test('names the folder of what was unpacked before', () => {
    const dwarfs: ImageFacts = { ...image, payload: { kind: 'dwarfs', offset: 7, compression: null } };
    const { env } = planLaunch({ ...request, image: dwarfs, contents: { directory: '/cache/key' } });
    expect(env).toEqual({
      PATH: '/bin',
      TARGET_APPIMAGE: '/home/me/my app.AppImage',
      TARGET_APPIMAGE_OFFSET: '7',
      TARGET_APPIMAGE_CONTENTS: '/cache/key',
    });
  });

  test('starts through a program, whose arguments come first', () => {
    const through = { program: '/usr/bin/bwrap', args: ['--ro-bind', CONTENTS, '/app', '/app/AppRun'] };
    const { args, env } = planLaunch({ ...request, args: ['--', '--appimage-help'], through });
    expect(args).toEqual(['--ro-bind', '@APPDIR@', '/app', '/app/AppRun', '--appimage-help']);
    expect(env).toMatchObject({ TARGET_APPIMAGE_PROGRAM: '/usr/bin/bwrap' });
  });

  test('starts a foreign program through QEMU, unless the kernel does so by itself', () => {
    const foreign = { ...request, image: { ...image, architectures: ['aarch64'] } };
    const path = '/usr/bin/qemu-aarch64-static';
    const byUs = planLaunch({ ...foreign, host: { ...host, emulators: { aarch64: { by: 'program', path } } } });
    expect(byUs.args).toEqual(['-0', 'my app.AppImage', '@APPDIR@/AppRun', '--flag', 'two words']);
    expect(byUs.env).toMatchObject({ TARGET_APPIMAGE_PROGRAM: path });
    const byKernel = planLaunch({ ...foreign, host: { ...host, emulators: { aarch64: { by: 'binfmt', path } } } });
    expect(byKernel).toEqual(planLaunch(request));
  });

  test('starts the file by the runtime of this toolkit', () => {
    expect(planLaunch(request)).toMatchInlineSnapshot(`
      {
        "args": [
          "--flag",
          "two words",
        ],
        "argv0": "my app.AppImage",
        "command": "/opt/runtime-x86_64",
        "cwd": "/home/me",
        "env": {
          "PATH": "/bin",
          "TARGET_APPIMAGE": "/home/me/my app.AppImage",
          "TARGET_APPIMAGE_OFFSET": "302320",
        },
      }
    `);
  });

  test('keeps an absolute path', () => {
    expect(planLaunch({ ...request, file: '/opt/a.AppImage' }).env['TARGET_APPIMAGE']).toBe('/opt/a.AppImage');
  });

  test.each([
    { of: ['i686'], on: 'x86_64' },
    { of: ['armhf'], on: 'aarch64' },
    { of: [], on: 'x86_64' },
    { of: ['aarch64', 'x86_64'], on: 'x86_64' },
  ])('starts an image of $of on $on', ({ of, on }) => {
    const facts = { ...request, image: { ...image, architectures: of }, host: { ...host, architecture: on } };
    expect(planLaunch(facts)).toMatchObject({ command: host.runtime });
  });

  test.each<{ what: string; change: Partial<LaunchRequest>; code: string; message: RegExp }>([
    {
      what: 'a program',
      change: { image: { type: 'elf', architectures: ['x86_64'], payload: undefined } },
      code: 'unsupported',
      message: /expected an AppImage, found a program without a file system/,
    },
    {
      what: 'a text',
      change: { image: { type: 'unknown', architectures: [], payload: undefined } },
      code: 'unsupported',
      message: /expected an AppImage, found a file of another kind/,
    },
    {
      what: 'a file system that the runtime can not mount',
      change: { image: { ...image, payload: { kind: 'dwarfs', offset: 1, compression: null } } },
      code: 'unsupported',
      message:
        /must be squashfs or iso9660, or be unpacked before, found dwarfs; if the file is executable, it may start by itself/,
    },
    {
      what: 'an image for another processor',
      change: { image: { ...image, architectures: ['aarch64'] } },
      code: 'unsupported',
      message: /it is for aarch64, this machine is x86_64; get the AppImage for x86_64/,
    },
    {
      what: 'a script for another processor, where only we can have it emulated',
      change: {
        image: { ...image, architectures: ['aarch64'], entryPoint: 'script' },
        host: { ...host, emulators: { aarch64: { by: 'program', path: '/usr/bin/qemu-aarch64' } } },
      },
      code: 'unsupported',
      message: /is a script, whose programs \/usr\/bin\/qemu-aarch64 can run only where the kernel knows it/,
    },
    {
      what: 'an image for 64 bits on a machine of 32',
      change: { host: { ...host, architecture: 'i686' } },
      code: 'unsupported',
      message: /it is for x86_64, this machine is i686/,
    },
    {
      what: 'another system',
      change: { host: { ...host, platform: 'darwin' } },
      code: 'unsupported',
      message: /AppImages run on Linux, this is darwin/,
    },
    {
      what: 'a host without runtime',
      change: { host: { ...host, runtimeState: 'missing' } },
      code: 'unsupported',
      message: /there is no runtime for x86_64 at \/opt\/runtime-x86_64/,
    },
    {
      what: 'a runtime that must not be executed',
      change: { host: { ...host, runtimeState: 'not-executable' } },
      code: 'not-permitted',
      message: /is not executable; chmod \+x it/,
    },
  ])('refuses $what', ({ change, code, message }) => {
    expect(() => planLaunch({ ...request, ...change })).toThrow(
      expect.objectContaining({
        name: 'AppImageError',
        code,
        path: '/home/me/my app.AppImage',
        message: expect.stringMatching(message),
      }),
    );
  });
});
