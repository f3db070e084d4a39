import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { type LaunchTemplate, type Override, readManifest, writeOverride } from '../../src/index.ts';
import { makeHome, snapshot } from '../support/home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

const NAMES = [
  'Probe.AppImage',
  'Probe 100% "one" $HOME `x` \\s \\.AppImage',
  "it's a=b;c&d.AppImage",
  'ümlaut #1.AppImage',
];
const HOSTILE: Override = {
  arguments: ['%U', '100%', '', 'a "b" `c` $d \\ \\\\', "it's", '--x=y;z'],
  environment: { PROBE: '%f $HOME `x` "y" \\ = \'z\'', EMPTY: '' },
};

describe.each([
  ['by the launcher', { told: [] }],
  ['as it is', 'self'],
  ['by the words of a command', ['env', 'WORDS=1']],
] satisfies [string, LaunchTemplate][])('an image that is started %s', (_, launch) => {
  /** What the image, or the program in its place, was started with by GLib. */
  async function started(name: string, override: Override): Promise<string[]> {
    const home = makeHome();
    const file = await writeAppImage(join(home.applications, name), probeTree());
    await home.sync({ launch });
    const id = (await readManifest(home.places)).manifest.images[0]?.id ?? '';
    await writeOverride(home.places, id, override);
    await home.sync({ launch });
    const out = join(home.folder, 'started');
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\0' "$0" "$PROBE" "$@" >"$HOME/new"; mv "$HOME/new" "$HOME/started"\n`);
    chmodSync(file, 0o755);
    const entry = join(home.places.data, 'applications', `appimage-js-${id}.desktop`);
    run('env', ['-i', `HOME=${home.folder}`, `PATH=${process.env['PATH']}`, 'gio', 'launch', entry, 'probing://x y']);
    await expect.poll(() => existsSync(out), { timeout: 10_000 }).toBe(true);
    const [path = '', ...rest] = readFileSync(out, 'utf8').split('\0').slice(0, -1);
    expect(path).toBe(file);
    return rest;
  }

  testWith(['gio'], 'gets what is to be opened, whatever the file is called', async () => {
    // A command takes a file with an equals sign for what it likes: "env", as here, for a variable.
    for (const name of NAMES.filter((each) => !(Array.isArray(launch) && each.includes('='))))
      expect(await started(name, {})).toEqual(['', '--open', 'probing://x y']);
  });

  testWith(['gio'], 'gets the arguments and variables that the user wants, as they are', async () => {
    const { arguments: args = [], environment = {} } = HOSTILE;
    for (const name of NAMES.filter((each) => !(Array.isArray(launch) && each.includes('='))))
      expect(await started(name, HOSTILE)).toEqual([environment['PROBE'], ...args, '--open', 'probing://x y']);
  });
});

testWith(['xdg-open', 'xdg-mime'], 'is started also by those who know of no quotes', async () => {
  const home = makeHome();
  const file = await writeAppImage(join(home.applications, 'Probe 100% "one".AppImage'), probeTree());
  const install = { from: file, sha256: '', signature: 'none', date: '', schemesAllowed: true };
  await home.sync({ launch: { told: [] }, installed: new Map([[file, install]]) });
  writeFileSync(file, `#!/bin/sh\nprintf '%s|' "$0" "$@" >"$HOME/started"\n`);
  const env = ['-i', `HOME=${home.folder}`, `PATH=${process.env['PATH']}`, 'DISPLAY=:987'];
  run('env', [...env, 'xdg-open', 'probing://x']);
  const out = join(home.folder, 'started');
  await expect.poll(() => existsSync(out) && readFileSync(out, 'utf8')).toBe(`${file}|--open|probing://x|`);
});

test('logs of applications that are gone go with them, those of others stay', async () => {
  const home = makeHome();
  const before = snapshot(home.folder);
  const file = await writeAppImage(join(home.applications, 'a.AppImage'), probeTree());
  await home.sync({ launch: { told: [] } });
  const id = (await readManifest(home.places)).manifest.images[0]?.id ?? '';
  writeFileSync(file, '#!/bin/sh\necho said >&2\n');
  run('env', [
    '-i',
    `HOME=${home.folder}`,
    `PATH=${process.env['PATH']}`,
    join(home.places.data, 'appimage', 'integration', 'launch'),
    id,
    file,
  ]);
  const logs = join(home.folder, '.local', 'state', 'appimage', 'logs');
  await expect.poll(() => existsSync(join(logs, `${id}.log`))).toBe(true);
  writeFileSync(join(logs, 'other.log'), '');
  await home.sync({ forgotten: new Set([file]) });
  expect(snapshot(logs)).toHaveLength(1);
  run('rm', ['-r', join(home.folder, '.local'), file]);
  expect(snapshot(home.folder)).toEqual(before);
});
