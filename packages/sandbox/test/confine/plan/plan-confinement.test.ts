import { describe, expect, test } from 'vitest';
import { LEVELS, levelPermissions, planConfinement } from '../../../src/index.ts';
import { lines, plan, request, variables } from './confinement-host.ts';

describe('planConfinement', () => {
  test.each(LEVELS)('at the level %s', async (level) => {
    const { confinement, ...rest } = planConfinement(request(levelPermissions(level)));
    const shown = {
      ...rest,
      arguments: lines({ ...rest, confinement }),
      seccomp: confinement.seccomp,
      landlock: confinement.landlock,
    };
    await expect(`${JSON.stringify(shown, undefined, 1)}\n`).toMatchFileSnapshot(`plans/${level}.txt`);
  });

  test('is the same for the same request', () => {
    expect(plan({ level: 'open' })).toEqual(plan({ level: 'open' }));
  });

  test('has nothing of the home folder, /tmp, /run or /home in it that was not granted', () => {
    const bound = lines(plan({ level: 'strict' })).filter((line) => line.includes('bind'));
    const sources = bound
      .map((line) => line.split(' ')[1])
      .filter((source) => /^\/(?:home|tmp|run|var)\//.test(source ?? ''));
    expect(sources).toEqual([
      '/home/me/.local/share/fonts',
      '/home/me/.local/share/appimage/homes/org.example.App-0123456789abcdef',
      '/run/user/1000/wayland-1',
      '/run/user/1000/appimage/42/session-bus',
      '/run/user/1000/doc/by-app/appimage.xorg_example_App.x0123456789abcdef',
      '/home/me/Apps/App.AppImage',
    ]);
  });

  test('hands on no variable that was not granted, and none that makes programs run other code', () => {
    const inside = variables(plan({ level: 'open' }));
    expect(inside).toMatchObject({ LANG: 'de_DE.UTF-8', LC_TIME: 'C', HOME: '/home/me', APPDIR: '/app' });
    for (const name of ['LD_PRELOAD', 'BASH_ENV', 'GTK_MODULES', 'SECRET', 'EDITOR'])
      expect(inside).not.toHaveProperty(name);
    expect(JSON.stringify(inside)).not.toContain('evil');
  });

  test('says so when a variable is granted that makes programs run other code', () => {
    const granted = plan({ level: 'default', allow: ['pass=LD_PRELOAD', 'set=A=b', 'unset=TERM'] });
    expect(variables(granted)).toMatchObject({ LD_PRELOAD: '/evil.so', A: 'b' });
    expect(variables(granted)).not.toHaveProperty('TERM');
    expect(granted.notes).toContain('variables that make programs run other code are set: LD_PRELOAD');
  });

  test.each([
    ['network', false],
    ['loopback', true],
    ['network=off', true],
  ])('with %s has a network namespace of its own: %s', (word, expected) => {
    const found = plan({ allow: [word] });
    expect(lines(found).includes('--unshare-net')).toBe(expected);
    expect(lines(found).includes('--ro-bind /etc/resolv.conf /etc/resolv.conf')).toBe(!expected);
  });

  test('closes the way to more namespaces unless they are granted', () => {
    expect(lines(plan())).toContain('--disable-userns');
    const granted = plan({ allow: ['nested-namespaces'] });
    expect(lines(granted)).not.toContain('--disable-userns');
    expect(granted.confinement.seccomp).toMatchObject({ userNamespaces: true });
  });
});

describe('windows, sound and devices', () => {
  test('fall back to X11 only without Wayland', () => {
    expect(variables(plan())).toMatchObject({ WAYLAND_DISPLAY: 'wayland-0' });
    expect(variables(plan())).not.toHaveProperty('DISPLAY');
    const fallen = plan({ level: 'default' }, { waylandSocket: undefined });
    expect(variables(fallen)).toMatchObject({ DISPLAY: ':99', XAUTHORITY: '/run/user/1000/Xauthority' });
    expect(fallen.notes).toContainEqual(expect.stringContaining('X11: every client'));
  });

  test('tell what is granted and not there', () => {
    const found = plan(
      { allow: ['wayland', 'x11', 'gpg-agent', 'kvm'] },
      { waylandSocket: undefined, xServer: undefined },
    );
    expect(found.missing.filter((text) => /^(?:socket|device)/.test(text)).map((text) => text.split(':')[0])).toEqual([
      'socket=wayland',
      'socket=x11',
      'socket=gpg-agent',
      'device=kvm',
    ]);
  });

  test('can have an X server of their own', () => {
    const nestedServer = { program: '/usr/bin/Xephyr', kind: 'Xephyr', number: 101 } as const;
    const found = plan({ allow: ['nested-x11', 'x11'] }, { nestedServer });
    expect(variables(found)).toMatchObject({ DISPLAY: ':101', XAUTHORITY: '/run/user/1000/Xauthority' });
    expect(lines(found).filter((line) => line.includes('/tmp/.X11-unix/X'))).toEqual([
      '--ro-bind /tmp/.X11-unix/X101 /tmp/.X11-unix/X101',
    ]);
    expect(found.nestedServer?.args).toEqual(expect.arrayContaining(['-nolisten', 'local', '-title', 'App']));
    expect(plan({ allow: ['nested-x11'] }).refused).toEqual([expect.objectContaining({ what: 'socket=nested-x11' })]);
  });

  test('have the nodes of every maker of graphics cards', () => {
    const found = lines(plan({ allow: ['dri', 'input'] }));
    expect(found.filter((line) => line.startsWith('--dev-bind '))).toEqual([
      '--dev-bind /dev/dri /dev/dri',
      '--dev-bind /dev/nvidia0 /dev/nvidia0',
      '--dev-bind /dev/nvidiactl /dev/nvidiactl',
      '--dev-bind /dev/input /dev/input',
    ]);
  });
});

describe('message buses', () => {
  test('are filtered, and have the portals but the one that starts programs', () => {
    const [proxy] = plan().proxies;
    expect(proxy?.rules[0]).toBe('--filter');
    expect(proxy?.rules).toContain('--call=org.freedesktop.portal.Desktop=*');
    expect(proxy?.rules.some((rule) => /portal\.(?:\*|Flatpak)/.test(rule))).toBe(false);
  });

  test('can not be had without the filter, and the reason and the remedy are told', () => {
    const { refused, confinement } = plan({ level: 'default' }, { busProxy: undefined });
    expect(refused).toEqual([
      expect.objectContaining({
        what: 'the filtered session bus',
        remedy: expect.stringContaining('install xdg-dbus-proxy'),
      }),
    ]);
    expect(confinement.arguments).not.toContain('/run/user/1000/bus');
  });

  test.each(['org.freedesktop.systemd1', 'org.gnome.Shell', 'org.a11y.Bus', 'com.canonical.Unity', 'plain'])(
    'do not let an image that is called %s own that name',
    (desktopId) => {
      const base = request();
      const [proxy] = planConfinement({ ...base, application: { ...base.application, desktopId } }).proxies;
      expect(proxy?.rules).not.toContain(`--own=${desktopId}`);
    },
  );

  test('do not let it own the name of a service of the host', () => {
    expect(plan().proxies[0]?.rules).toContain('--own=org.example.App');
    expect(plan({ level: 'default' }, { hasServiceOfThatName: true }).proxies[0]?.rules).not.toContain(
      '--own=org.example.App',
    );
  });

  test('know it by a name that no flatpak has', () => {
    const found = plan();
    expect(found.portal).toEqual({
      applicationId: 'appimage.xorg_example_App.x0123456789abcdef',
      instance: '42',
      folder: '/run/user/1000/.flatpak/42',
    });
    expect(found.confinement.files['/.flatpak-info']).toContain('name=appimage.xorg_example_App.x0123456789abcdef\n');
  });

  test.each([
    ['host-scope', true],
    ['none', false],
  ] as const)('with the identity %s have portals: %s', (identity, expected) => {
    const found = plan({ level: 'default', allow: [`identity=${identity}`] });
    expect(found.portal).toBeUndefined();
    expect(Object.keys(found.confinement.files)).not.toContain('/.flatpak-info');
    expect(found.proxies[0]?.rules.some((rule) => rule.includes('portal.Desktop'))).toBe(expected);
  });

  test('of the system are there only where names of it are granted', () => {
    expect(plan().proxies.map(({ bus }) => bus)).toEqual(['session']);
    const [, system] = plan({ level: 'default', allow: ['system-talk=org.freedesktop.UPower'] }).proxies;
    expect(system).toMatchObject({ bus: 'system', rules: ['--filter', '--talk=org.freedesktop.UPower'] });
  });
});

describe('a request that can not be', () => {
  test('needs a folder for its sockets', () => {
    expect(() => plan({ level: 'strict' }, { socketsDirectory: undefined })).toThrow(/XDG_RUNTIME_DIR/);
  });

  test('has no zero bytes in it', () => {
    expect(() => planConfinement(request(undefined, { cwd: '/a\0b' }))).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  test('has a number', () => {
    expect(() => planConfinement(request(undefined, { instance: '../x' }))).toThrow(RangeError);
  });

  test('says why a Chromium may not start', () => {
    const base = request(levelPermissions('strict'));
    const { notes } = planConfinement({ ...base, application: { ...base.application, isChromium: true } });
    expect(notes).toContainEqual(expect.stringContaining('nested-namespaces'));
    expect(JSON.stringify(planConfinement(base))).not.toContain('no-sandbox');
  });
});
