import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getString, parseDesktopEntry, parseExec } from '@appimage-js/format';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { findPlaces } from '../../src/index.ts';
import { planAutostart } from '../../src/units/plan-autostart.ts';
import { planService } from '../../src/units/plan-service.ts';

testWith(['desktop-file-validate'], 'the entry of the autostart is a whole one', () => {
  const path = join(temporaryFolder(), 'daemon.desktop');
  writeFileSync(path, planAutostart('daemon', ['/opt/a b/node', '/opt/50%/$x/appimage.js']).content);
  expect(run('desktop-file-validate', [path])).toBe('');
});

test('the entry starts the command with its words as they are', () => {
  const { path, content } = planAutostart('sync', ['/opt/a b/node', '/opt/50%/$x/"y"\\z.js']);
  expect(path).toBe('autostart/appimage-js-daemon.desktop');
  const exec = getString(parseDesktopEntry(content), 'Exec') as string;
  expect(parseExec(exec).map((word) => word.replaceAll('%%', '%'))).toEqual([
    '/opt/a b/node',
    '/opt/50%/$x/"y"\\z.js',
    'sync',
    '--quiet',
  ]);
});

test('there are units or an entry of the autostart, never both', () => {
  const request = { places: findPlaces({ HOME: '/home/x' }), watch: ['/home/x/Applications'], command: ['appimage'] };
  const paths = (start: 'systemd' | 'autostart') =>
    planService({ ...request, service: { with: 'daemon', start } }).map(({ path }) => path.split('/')[0]);
  expect(new Set(paths('systemd'))).toEqual(new Set(['systemd']));
  expect(paths('autostart')).toEqual(['autostart']);
});
