import { describe, expect, test } from 'vitest';
import { type AssembleOptions, assembleLaunch } from '../../src/mechanism/assemble-launch.ts';
import type { Confinement } from '../../src/mechanism/confinement.ts';
import { landlockOptions } from '../../src/mechanism/landlock.ts';
import type { Mechanism } from '../../src/mechanism/mechanism.ts';

const mechanism: Mechanism = {
  name: 'bubblewrap',
  path: '/usr/bin/bwrap',
  setuid: false,
  confiner: '/lib/confine',
  architecture: 'x86_64',
  landlock: 6,
};
const plan: Confinement = {
  arguments: ['--ro-bind', '/usr', '/usr', '--remount-ro', '/'],
  files: {},
  command: ['/app/AppRun', 'a'],
  seccomp: false,
  landlock: false,
};
const options: AssembleOptions = { places: {}, asRoot: false, held: false, kept: [], contentsFrom: undefined };

describe('assembleLaunch', () => {
  test('hides everything but the last stage behind descriptors', () => {
    expect(assembleLaunch(plan, mechanism, options)).toMatchInlineSnapshot(`
      {
        "commandLine": [
          "--args",
          {
            "channel": "arguments",
          },
          "--",
          "/.confine",
          "--inner",
          "--args",
          {
            "channel": "inner-arguments",
          },
        ],
        "filter": undefined,
        "inner": [
          "--ready-fd",
          {
            "channel": "ready",
          },
          "--",
          "/app/AppRun",
          "a",
        ],
        "outer": [
          "--ro-bind",
          "/lib/confine",
          "/.confine",
          "--ro-bind",
          "/usr",
          "/usr",
          "--remount-ro",
          "/",
          "--die-with-parent",
          "--new-session",
          "--as-pid-1",
          "--unshare-pid",
          "--info-fd",
          {
            "channel": "info",
          },
        ],
      }
    `);
  });

  test('shows the last stage on top of whatever becomes the root', () => {
    const { outer } = assembleLaunch(
      { ...plan, arguments: ['--bind', '/srv/root', '/', ...plan.arguments] },
      mechanism,
      options,
    );
    expect(outer.slice(0, 6)).toEqual(['--bind', '/srv/root', '/', '--ro-bind', '/lib/confine', '/.confine']);
  });

  test.each(['--args', '--seccomp', '--block-fd', '--as-pid-1', '--cap-add', 'word', '--'])(
    'refuses %s in a plan',
    (word) => {
      expect(() => assembleLaunch({ ...plan, arguments: [word, '3'] }, mechanism, options)).toThrow(RangeError);
    },
  );

  test('refuses an option without its values', () => {
    expect(() => assembleLaunch({ ...plan, arguments: ['--bind', '/a'] }, mechanism, options)).toThrow(
      /2 values, found 1/,
    );
  });

  test('covers the settings of the kernel for root', () => {
    const { outer } = assembleLaunch({ ...plan, arguments: ['--proc', '/proc'] }, mechanism, {
      ...options,
      asRoot: true,
    });
    expect(outer).toEqual(expect.arrayContaining(['--ro-bind-try', '/proc/sys', '/proc/sysrq-trigger']));
  });

  test('leaves --disable-userns out for a setuid bubblewrap only where the filter does the same', () => {
    const setuid = { ...mechanism, setuid: true };
    const confined = { ...plan, arguments: ['--disable-userns'] };
    expect(assembleLaunch({ ...confined, seccomp: {} }, setuid, options).outer).not.toContain('--disable-userns');
    expect(() => assembleLaunch(confined, setuid, options)).toThrow(/setuid bubblewrap/);
    expect(() => assembleLaunch({ ...confined, seccomp: { userNamespaces: true } }, setuid, options)).toThrow(
      RangeError,
    );
  });
});

describe('landlockOptions', () => {
  test('makes writable what an argument makes writable, unless something read-only covers it', () => {
    const words = [
      '--bind',
      '/a',
      '/home/me',
      '--tmpfs',
      '/tmp',
      '--bind',
      '/b',
      '/x',
      '--ro-bind',
      '/c',
      '/x',
      '--dev',
      '/dev',
    ];
    expect(
      landlockOptions({ ...plan, arguments: words, landlock: { abstractSockets: 'allowed', tcp: 'denied' } }),
    ).toEqual([
      ...['--read', '/', '--write', '/home/me', '--write', '/tmp', '--write', '/dev'],
      ...['--deny-signals', '--deny-tcp'],
    ]);
  });
});
