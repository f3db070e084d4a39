import { describe, expect, test } from 'vitest';
import type { HostFacts, ImageFacts, LaunchRequest } from '../src/index.ts';
import { planLaunch } from '../src/index.ts';

const host: HostFacts = {
  platform: 'linux',
  architecture: 'x86_64',
  runtime: '/opt/runtime-x86_64',
  runtimeState: 'ready',
};
const image: ImageFacts = {
  type: 'type-2',
  architecture: 'x86_64',
  payload: { kind: 'squashfs', offset: 302_320 },
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
    { of: 'i686', on: 'x86_64' },
    { of: 'armhf', on: 'aarch64' },
    { of: undefined, on: 'x86_64' },
  ])('starts an image of $of on $on', ({ of, on }) => {
    const facts = { ...request, image: { ...image, architecture: of }, host: { ...host, architecture: on } };
    expect(planLaunch(facts)).toMatchObject({ command: host.runtime });
  });

  test.each<{ what: string; change: Partial<LaunchRequest>; code: string; message: RegExp }>([
    {
      what: 'a program',
      change: { image: { type: 'elf', architecture: 'x86_64', payload: undefined } },
      code: 'unsupported',
      message: /expected an AppImage, found a program without a file system/,
    },
    {
      what: 'a text',
      change: { image: { type: 'unknown', architecture: undefined, payload: undefined } },
      code: 'unsupported',
      message: /expected an AppImage, found a file of another kind/,
    },
    {
      what: 'a file system that the runtime can not mount',
      change: { image: { ...image, payload: { kind: 'dwarfs', offset: 1 } } },
      code: 'unsupported',
      message: /must be squashfs, found dwarfs; if the file is executable, it may start by itself/,
    },
    {
      what: 'an image for another processor',
      change: { image: { ...image, architecture: 'aarch64' } },
      code: 'unsupported',
      message: /it is for aarch64, this machine is x86_64; get the AppImage for x86_64/,
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
