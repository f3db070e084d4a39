import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeIcon } from '@appimage-js/format';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { makeHome, writeProbe } from '../support/probe-home.ts';

const sizeOf = async (path: string) => (await describeIcon(readFileSync(path)))?.width;

/** Where the desktop looks for programs that make thumbnails. */
const TUMBLER = '/usr/share/dbus-1/services/org.xfce.Tumbler.Thumbnailer1.service';

describe('appimage thumbnail', () => {
  test('draws the icon of a file that is given by its path or its URI', async () => {
    const folder = temporaryFolder();
    const file = await writeProbe(join(folder, 'Probe (1) ü.AppImage'), '1.0');
    const out = join(folder, 'out.png');
    expect(await appimage(['thumbnail', file, out])).toMatchObject({ status: 0, stdout: `Wrote ${out}\n`, stderr: '' });
    expect(await sizeOf(out)).toBe(256);
    const uri = pathToFileURL(file).href;
    const { stdout } = await appimage(['thumbnail', '--json', '--size', '512', '--', uri, out]);
    expect(JSON.parse(stdout)).toEqual({ path: out, bytes: readFileSync(out).length });
    expect(await sizeOf(out)).toBe(512);
  });

  test.each([
    [['thumbnail', 'file://elsewhere/a', 'out.png'], 2, /file: URI of this machine/],
    [['thumbnail', '--size', '0', 'a', 'out.png'], 2, /at least 1 pixel/],
    [['thumbnail', '/dev/null', 'out.png'], 1, /./],
  ])('refuses %j', async (args, status, message) => {
    const cwd = temporaryFolder();
    expect(await appimage(args, { cwd })).toMatchObject({ status, stderr: expect.stringMatching(message) });
    expect(readdirSync(cwd)).toEqual([]);
  });

  testWith(
    ['gio', 'gdbus', 'dbus-run-session', { name: 'tumbler', isThere: existsSync(TUMBLER) }],
    'is what the thumbnail service of a desktop starts, by what was registered, and it finds the thumbnails where it would write them',
    async () => {
      const { home, env, applications } = await makeHome();
      mkdirSync(applications);
      const file = await writeProbe(join(applications, "Probe (1) o'ü.AppImage"), '1.0');
      await appimage(['install', '--yes', '--in-place', file], { env });
      const folder = join(home, '.cache', 'thumbnails', 'x-large');
      const [name] = readdirSync(folder);
      rmSync(join(home, '.cache'), { recursive: true });
      const script = `
        uri=$(gio info -a standard::name "$1" | sed -n 's/^uri: //p')
        object='--dest org.freedesktop.thumbnails.Thumbnailer1 --object-path /org/freedesktop/thumbnails/Thumbnailer1'
        gdbus call --session $object --method org.freedesktop.thumbnails.Thumbnailer1.GetSupported > /dev/null
        # It gives way to everybody, and would not get to anything beside other tests.
        pid=$(gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \\
          --method org.freedesktop.DBus.GetConnectionUnixProcessID org.freedesktop.thumbnails.Thumbnailer1 |
          sed 's/.* \\([0-9]*\\).*/\\1/')
        for thread in /proc/"$pid"/task/*; do renice -n 0 -p "\${thread##*/}"; done
        gdbus call --session $object --method org.freedesktop.thumbnails.Thumbnailer1.Queue \\
          "[\\"$uri\\"]" "['application/vnd.appimage']" x-large foreground 0
        for attempt in $(seq 900); do test -f "$2" && break; sleep 0.1; done`;
      const out = join(folder, name as string);
      await execa('dbus-run-session', ['--', 'sh', '-c', script, 'sh', file, out], {
        env: { ...env, XDG_RUNTIME_DIR: home },
      });
      expect(await sizeOf(out)).toBe(512);
      const { stdout } = await execa('gio', ['info', '-a', 'thumbnail::*', file], { env });
      expect(stdout).toContain(`thumbnail::path: ${out}`);
    },
  );
});
