import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { directory, file, writeImage } from '../support/images.ts';

const ENTRY = '[Desktop Entry]\nType=Application\nName=Hello\nExec=AppRun\nIcon=hello\nCategories=Utility;\n';

/** An AppDir without an icon, whose AppRun may not be executed. */
function makeFaulty(): string {
  const appDir = join(temporaryFolder(), 'Hello.AppDir');
  mkdirSync(appDir);
  writeFileSync(join(appDir, 'AppRun'), '#!/bin/sh\n', { mode: 0o644 });
  writeFileSync(join(appDir, 'hello.desktop'), ENTRY);
  return appDir;
}

describe('appimage validate', () => {
  test('prints findings by their weight, with places and remedies, and fails for errors', async () => {
    const { status, stdout, stderr } = await appimage(['validate', makeFaulty()]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(
      /^Errors\n {2}app-run-not-executable\n {4}AppRun: expected the mode 0755.*\n {4}→ chmod 0755/,
    );
    expect(stdout).toContain('\nWarnings\n  dir-icon-missing\n');
    expect(stdout).toMatch(/Hello\.AppDir: 2 errors, 1 warning, \d notes \(profile recommended\)\n$/);
  });

  test('ends well for an image whose findings are no errors', async () => {
    const tree = { AppRun: file('#!/bin/sh\n', 0o755), 'hello.desktop': file(ENTRY) };
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), tree);
    const rules = ['--rule', 'icon-missing=note', '--rule', 'dir-icon-missing=off'];
    const { status, stdout } = await appimage(['validate', image, ...rules]);
    expect(status).toBe(0);
    expect(stdout).not.toContain('dir-icon-missing');
  });

  test('prints the report as an object with --json, and the status stays', async () => {
    const { status, stdout } = await appimage(['validate', '--json', makeFaulty(), '--profile', 'spec']);
    const report = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(report).toMatchObject({ profile: 'spec', counts: { error: 1 } });
    expect(report.findings[0]).toEqual({
      rule: 'app-run-not-executable',
      severity: 'error',
      path: 'AppRun',
      message: 'expected the mode 0755 or the like, found 0644',
      source: expect.objectContaining({ name: 'AppImage specification, The AppRun file' }),
      remedy: 'chmod 0755 AppRun, and the file that it links to',
    });
  });

  test('writes SARIF beside the page, or instead of it', async () => {
    const appDir = makeFaulty();
    const log = join(temporaryFolder(), 'log.sarif');
    const beside = await appimage(['validate', appDir, '--sarif', log]);
    const instead = await appimage(['validate', appDir, '--sarif', '-']);
    expect(beside.stdout).toContain('app-run-not-executable');
    expect(readFileSync(log, 'utf8')).toBe(instead.stdout);
    const [run] = JSON.parse(instead.stdout).runs;
    expect(run.results[0]).toMatchObject({ ruleId: 'app-run-not-executable', level: 'error' });
    expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(`${appDir}/AppRun`);
  });

  test('lists rules, a line each or as objects, without a file', async () => {
    const { status, stdout } = await appimage(['validate', '--list-rules', '--profile', 'spec']);
    const objects = JSON.parse((await appimage(['validate', '--list-rules', '--profile', 'spec', '--json'])).stdout);
    const lines = stdout.trimEnd().split('\n');
    expect(status).toBe(0);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(objects.map(({ id }: { readonly id: string }) => id));
    expect(lines).toContainEqual(expect.stringMatching(/^desktop-entry-missing +warning +The root has/));
  });

  test('escapes what would disturb a terminal', async () => {
    const image = await writeImage(join(temporaryFolder(), 'x.squashfs'), {
      AppRun: file('#!/bin/sh\n', 0o755),
      'evil\x1b[31m\n.desktop': file('[Desktop Entry]\nType=Application\nName=\x1b[31m\nFoo\x1b[0m=bar\n'),
      usr: directory({}),
    });
    const { stdout } = await appimage(['validate', image, '--verbose']);
    expect(stdout).toContain(String.raw`evil\x1b[31m\n.desktop`);
    expect(stdout).not.toContain('\x1b');
  });

  test.each([
    { args: [], problem: "Missing required argument 'FILE'" },
    { args: ['--rule', 'no-such-rule=off', '.'], problem: 'there is no rule "no-such-rule"' },
    { args: ['--rule', 'unreadable=fatal', '.'], problem: 'one of off, note, warning, error' },
    { args: ['--oldest', 'windows-95', '.'], problem: 'oldest release must be one of' },
    { args: ['--profile', 'lenient', '.'], problem: 'Allowed choices are' },
    { args: ['--json', '--sarif', '-', '.'], problem: 'Only one of --json and --sarif' },
  ])('calls a wrong use one: $problem', async ({ args, problem }) => {
    const { status, stderr } = await appimage(['validate', ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(problem);
  });

  test('says that there is no such file', async () => {
    const path = join(temporaryFolder(), 'nothing.AppImage');
    const { status, stderr } = await appimage(['validate', path]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `appimage: Cannot open ${path}: there is no such file or directory (ENOENT)\n`,
    });
  });
});
