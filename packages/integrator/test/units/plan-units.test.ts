import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { findPlaces } from '../../src/index.ts';
import type { PlannedFile } from '../../src/plan/planned-file.ts';
import { planService } from '../../src/units/plan-service.ts';
import { planUnits } from '../../src/units/plan-units.ts';

const HOSTILE = ['a b', 'c%h', 'd$HOME', "e'f", 'g"h', 'i\\j', 'k;l', '#m', 'n\\', 'o ', 'p\tq', 'ü→'];

const places = findPlaces({ HOME: '/home/someone' });

/** Writes the planned files, links too, below a folder for configuration. */
function write(config: string, files: readonly PlannedFile[]): void {
  for (const { path, content, link } of files) {
    mkdirSync(dirname(join(config, path)), { recursive: true });
    if (link === undefined) writeFileSync(join(config, path), content);
    else symlinkSync(link, join(config, path));
  }
}

function program(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

/** What systemd finds wrong with the units in a folder; nothing where all is well. */
function verify(config: string, files: readonly PlannedFile[]): string {
  const units = files.filter(({ link }) => link === undefined).map(({ path }) => join(config, path));
  // Everything that it says is on stderr, and lines that it ignores do not change its status.
  return run('sh', [
    '-c',
    'export XDG_RUNTIME_DIR=$0; systemd-analyze --user --man=no verify "$@" 2>&1 || true',
    temporaryFolder(),
    ...units,
  ]);
}

describeWith(['systemd-analyze'], 'units', () => {
  test.each(['daemon', 'sync'] as const)('of the %s are whole to systemd, whatever names are in them', (kind) => {
    const config = temporaryFolder();
    const folder = temporaryFolder();
    for (const name of HOSTILE) {
      const command = [program(join(folder, name), name), `${name} --`];
      const hostile = findPlaces({ HOME: join(folder, name), XDG_DATA_HOME: join(folder, `${name}-data`) });
      const watch = HOSTILE.map((each) => join(folder, each));
      const files = planUnits({ with: kind, places: hostile, watch, command });
      const own = join(config, String(HOSTILE.indexOf(name)));
      write(own, files);
      expect(verify(own, files)).toBe('');
    }
  });

  test('are refused by systemd with a mistake in them', () => {
    const config = temporaryFolder();
    const files = planUnits({ with: 'daemon', places, watch: [], command: [program(temporaryFolder(), 'a')] });
    const broken = files.map((file) => ({
      ...file,
      content: new TextEncoder().encode(new TextDecoder().decode(file.content).replace('Type=exec', 'Typ=exec')),
    }));
    write(config, broken);
    expect(verify(config, broken)).toContain('Typ');
  });

  test.each(['daemon', 'sync'] as const)('of the %s are enabled to systemctl by their links', (kind) => {
    const root = temporaryFolder();
    const files = planUnits({ with: kind, places, watch: ['/home/someone/Applications'], command: ['/bin/true'] });
    write(join(root, 'etc'), files);
    const started = files.filter(({ link }) => link !== undefined).map(({ path }) => path.split('/').at(-1) as string);
    const said = run('systemctl', [`--root=${root}`, '--global', 'is-enabled', ...started]);
    expect(said).toBe(started.map(() => 'enabled\n').join(''));
  });
});

test('without a folder that a unit file can name, the timer is left', () => {
  const files = planUnits({ with: 'sync', places, watch: ['/home/some\none'], command: ['appimage'] });
  expect(files.map(({ path }) => path.split('/').at(-1))).toEqual([
    'appimage-js-sync.service',
    'appimage-js-sync.timer',
    'appimage-js-sync.timer',
  ]);
});

test('units name the folders that are not the usual ones, as the service manager does not know them', () => {
  const text = (home: Record<string, string>) =>
    new TextDecoder().decode(
      planUnits({
        with: 'daemon',
        places: findPlaces({ HOME: '/home/x', ...home }),
        watch: [],
        command: ['/bin/true'],
      })[0]?.content,
    );
  expect(text({})).not.toContain('Environment=');
  expect(text({ XDG_DATA_HOME: '/data dir' })).toContain('\nEnvironment="XDG_DATA_HOME=/data dir"\n');
});

test('nothing is started for all users of a machine, and nothing where nobody has asked for it', () => {
  const request = { places, watch: [], command: ['appimage'] };
  const service = { with: 'daemon', start: 'systemd' } as const;
  expect(planService({ ...request, service, places: findPlaces({}, { system: true }) })).toEqual([]);
  expect(planService({ ...request, service: null })).toEqual([]);
});
