import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { serveFile } from '../support/file-server.ts';
import { probeAppDir } from '../support/probe-app-dir.ts';

const NAME = 'Probe-1.2.3-x86_64.AppImage';

/** An image with the control file that `zsyncmake` makes for it. */
async function release(updateInformation: string): Promise<string> {
  const folder = temporaryFolder();
  const appDir = join(folder, 'AppDir');
  probeAppDir(appDir);
  const path = join(folder, NAME);
  const args = ['build', appDir, '-o', path, '--arch', 'x86_64', '--quiet', '--update-info', updateInformation];
  expect(await appimage(args)).toMatchObject({ status: 0 });
  run('zsyncmake', ['-u', NAME, '-o', `${path}.zsync`, path]);
  return folder;
}

describeWith(['zsyncmake'], 'appimage publish-check', () => {
  test('finds nothing in a release of another tool that is as it should be', async () => {
    const folder = await release('gh-releases-zsync|owner|repo|latest|Probe-*-x86_64.AppImage.zsync');
    expect(await appimage(['publish-check', '--offline', folder])).toEqual({
      status: 0,
      signal: undefined,
      stdout: 'Checked 2 files: updaters find all they need\n',
      stderr: '',
    });
  });

  test('tells what keeps users from updating, with what to do, and fails', async () => {
    const folder = await release('gh-releases-zsync|owner|repo|latest|Other-*.AppImage.zsync');
    appendFileSync(join(folder, NAME), 'more');
    const page = await appimage(['publish-check', '--offline', folder]);
    expect(page.status).toBe(1);
    expect(page.stdout).toMatch(
      /^error: .*Length must be .*\(control-file-outdated\)\n {2}make the control file after/m,
    );
    expect(page.stdout).toMatch(/Other-\*\.AppImage\.zsync, which is not Probe-1\.2\.3.*\(pattern-mismatch\)/);
    const { status, stdout } = await appimage(['publish-check', '--offline', '--json', folder]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout).findings[0]).toEqual({
      rule: expect.any(String),
      severity: 'error',
      subject: expect.stringContaining(folder),
      message: expect.any(String),
      remedy: expect.any(String),
    });
  });

  test('follows the update information of a release as an updater does', async () => {
    const probe = join(temporaryFolder(), NAME);
    await using server = await serveFile(probe);
    const folder = await release(`direct-link|${server.url}`);
    const missing = await appimage(['publish-check', folder]);
    expect(missing).toMatchObject({ status: 1, stdout: expect.stringContaining('(unresolvable)') });
    renameSync(join(folder, NAME), probe);
    expect(await appimage(['publish-check', probe])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^info: .*\(no-control-file\)\n/),
    });
  });
});
