import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

describe('appimage doctor', () => {
  test('prints what is wrong, and with --verbose everything', async () => {
    const { stdout } = await appimage(['doctor']);
    expect(stdout).toMatch(/^AppImages (?:start here, by \w+|do not start here)$/m);
    expect(stdout).not.toMatch(/^(?:ok|--) /m);
    const { stdout: all } = await appimage(['doctor', '--verbose']);
    expect(all).toMatch(/^ok {6}C library: /m);
  });

  test('has a remedy for what is wrong', async () => {
    const { stdout } = await appimage(['doctor'], { env: { PATH: '/nowhere' } });
    expect(stdout).toMatch(/^weak {4}bubblewrap: .*\n {8}to mend it: .*bubblewrap/m);
  });

  test('prints the object that the library gives', async () => {
    const { stdout, status } = await appimage(['doctor', '--json']);
    const { canStart, findings } = JSON.parse(stdout);
    expect(status).toBe(canStart ? 0 : 1);
    expect(findings.length).toBeGreaterThan(15);
  });

  test('ends with 1 for an image that can not start here', async () => {
    const folder = join(temporaryFolder(), 'x.AppDir');
    probeAppDir(folder);
    expect(await appimage(['doctor', folder])).toMatchObject({ status: 0 });
    const text = join(folder, 'probe.desktop');
    const { status, stdout } = await appimage(['doctor', text]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^BROKEN {2}.*: expected an AppImage/m);
  });
});
