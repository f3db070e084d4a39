import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { entries, listing, makeHome, writeProbe } from '../support/probe-home.ts';

describe('appimage install', () => {
  test('moves the file, notes where it is from, makes it executable and puts it into the menu', async () => {
    const { home, env, download } = await makeHome();
    const { status, stderr, stdout } = await appimage(['install', '--yes', '--json', download], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const path = join(home, 'Applications', 'Probe-1.AppImage');
    expect(JSON.parse(stdout)).toMatchObject({
      path,
      name: 'Probe',
      leftAlone: null,
      install: { from: download, signature: 'unsigned' },
    });
    expect(existsSync(download)).toBe(false);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    const [entry] = entries(home);
    const data = join(home, '.local', 'share');
    expect(readFileSync(join(data, 'applications', entry as string), 'utf8')).toMatch(
      new RegExp(`\nExec=${data}/appimage/integration/launch [0-9a-f]{16} ${path} %F\n`),
    );
    expect((await appimage(['list'], { env })).stdout).toBe(`Probe 1.0  ${path}\n`);
  });

  test('asks nobody where nobody is, and does nothing then', async () => {
    const { home, env, download } = await makeHome();
    expect(await appimage(['install', download], { env })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--yes'),
    });
    expect(existsSync(join(home, 'Applications'))).toBe(false);
  });

  test('leaves the file where it is, and moves the older version to the trash, when told so', async () => {
    const { home, env, download } = await makeHome();
    await appimage(['install', '--yes', '--in-place', download], { env });
    const newer = await writeProbe(join(home, 'Downloads', 'Probe-2.AppImage'), '2.0');
    await appimage(['install', '--yes', '--in-place', newer], { env });
    expect(entries(home)).toHaveLength(2);
    const { stdout } = await appimage(['install', '--yes', '--in-place', '--replace', '--json', newer], { env });
    expect(JSON.parse(stdout)).toMatchObject({ path: newer, version: '2.0', replaced: [download] });
    expect(entries(home)).toHaveLength(1);
  });

  test('does not write over another file of the name', async () => {
    const { home, env, download } = await makeHome();
    mkdirSync(join(home, 'Applications'));
    writeFileSync(join(home, 'Applications', 'Probe-1.AppImage'), 'mine');
    expect(await appimage(['install', '--yes', download], { env })).toMatchObject({ status: 1 });
    expect(readFileSync(join(home, 'Applications', 'Probe-1.AppImage'), 'utf8')).toBe('mine');
    expect(existsSync(download)).toBe(true);
  });

  test('replaces an older version of its name, which goes to the trash, and keeps what that was allowed', async () => {
    const { home, env, download, applications } = await makeHome();
    await appimage(['install', '--yes', '--schemes', download], { env });
    await writeProbe(download, '2.0');
    const refused = await appimage(['install', '--yes', download], { env });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('--replace') });
    expect(existsSync(download)).toBe(true);
    const { stdout } = await appimage(['install', '--yes', '--replace', '--json', download], { env });
    const path = join(applications, 'Probe-1.AppImage');
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.0', replaced: [path], install: { schemesAllowed: true } });
    expect(readdirSync(join(home, '.local', 'share', 'Trash', 'files'))).toEqual(['Probe-1.AppImage']);
    expect(entries(home)).toHaveLength(1);
  });

  test('asks with the URL schemes that it would open, names them otherwise, and remembers what was said', async () => {
    const { env, home, applications } = await makeHome();
    const keys = 'MimeType=x-scheme-handler/probing;x-scheme-handler/probes;\n';
    const download = await writeProbe(join(home, 'Downloads', 'Links.AppImage'), '1.0', { keys });
    const asked = await appimage(['install', '--schemes', download], { env });
    expect(asked).toMatchObject({ status: 2, stderr: expect.stringContaining('opens all links of probing, probes') });
    const plain = await appimage(['install', '--yes', download], { env });
    expect(plain.stderr).toContain('It opens links of probing, probes; "appimage install --schemes"');
    const installed = join(applications, 'Links.AppImage');
    const again = await appimage(['install', '--yes', '--schemes', installed], { env });
    expect(again).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = await appimage(['install', '--yes', '--json', installed], { env });
    expect(JSON.parse(stdout)).toMatchObject({ install: { schemesAllowed: true } });
  });

  test('does not take another application away for its name', async () => {
    const { env, download, applications } = await makeHome();
    await appimage(['install', '--yes', download], { env });
    await writeProbe(download, '2.0', { keys: 'Name=Other\n' });
    expect(await appimage(['install', '--yes', '--replace', download], { env })).toMatchObject({ status: 1 });
    expect(readdirSync(applications)).toEqual(['Probe-1.AppImage']);
    expect((await appimage(['list'], { env })).stdout).toContain('Probe 1.0');
  });

  test('copies what a symlink leads to, and leaves both', async () => {
    const { home, env, download, applications } = await makeHome();
    const link = join(home, 'link.AppImage');
    symlinkSync(download, link);
    expect(await appimage(['install', '--yes', link], { env })).toMatchObject({ status: 0 });
    expect(readFileSync(join(applications, 'link.AppImage'))).toEqual(readFileSync(download));
    expect(existsSync(link)).toBe(true);
  });

  test('takes a file in its place for installed there, however it is called', async () => {
    const { home, env, download, applications } = await makeHome();
    await appimage(['install', '--yes', download], { env });
    symlinkSync(applications, join(home, 'apps'));
    const again = await appimage(['install', '--yes', '--json', join(home, 'apps', 'Probe-1.AppImage')], { env });
    expect(JSON.parse(again.stdout)).toMatchObject({ path: join(applications, 'Probe-1.AppImage'), leftAlone: null });
  });

  testWith(
    ['root', 'mount'],
    'moves a file from another volume, and leaves all as it was where the disk is full',
    async () => {
      const { home, env, applications } = await makeHome();
      const volume = mountTmpfs(temporaryFolder(), '4m');
      const file = await writeProbe(join(volume, 'Far.AppImage'), '1.0', { ballast: 1_000_000 });
      mkdirSync(applications);
      const small = mountTmpfs(applications, '64k');
      const before = listing(home);
      const full = await appimage(['install', '--yes', file], { env });
      expect(full).toMatchObject({ status: 1, stderr: expect.stringContaining('disk is full') });
      expect(listing(home)).toEqual(before);
      expect(readdirSync(small)).toEqual([]);
      chmodSync(file, 0o640);
      mkdirSync(join(home, 'other', 'Applications'), { recursive: true });
      const other = { ...env, HOME: join(home, 'other') };
      expect(await appimage(['install', '--yes', file], { env: other })).toMatchObject({ status: 0 });
      const path = join(home, 'other', 'Applications', 'Far.AppImage');
      expect(statSync(path).mode & 0o777).toBe(0o750);
      expect(readdirSync(volume)).toEqual([]);
    },
  );

  test('installs nothing that says nothing about itself, and leaves no trace of having looked', async () => {
    const { home, env, download } = await makeHome();
    const hidden = await writeProbe(download, '1.0', { keys: 'NoDisplay=true\n' });
    const before = listing(home);
    expect(await appimage(['install', '--yes', hidden], { env })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not want to be shown'),
    });
    expect(listing(home)).toEqual(before);
  });
});

describe('appimage remove', () => {
  test('leaves nothing in a new home but the trash, also of what was said of the application', async () => {
    const { home, env, download } = await makeHome();
    rmSync(download);
    const before = listing(home);
    await writeProbe(download, '1.0');
    expect(await appimage(['install', '--yes', '--autostart', download], { env })).toMatchObject({ status: 0 });
    expect(await appimage(['customize', 'probe', '--name', 'Mine'], { env })).toMatchObject({ status: 0 });
    expect(await appimage(['remove', '--yes', '--purge', 'mine'], { env })).toMatchObject({ status: 1 });
    expect(await appimage(['remove', '--yes', '--purge', 'probe'], { env })).toMatchObject({ status: 0 });
    rmSync(join(home, '.local', 'share', 'Trash'), { recursive: true });
    expect(readdirSync(join(home, '.local', 'share'))).toEqual([]);
    rmSync(join(home, '.local'), { recursive: true });
    expect(listing(home)).toEqual(before);
  });

  test('moves the file to the trash and leaves nothing else', async () => {
    const { home, env, download } = await makeHome();
    await appimage(['install', '--yes', download], { env });
    const { status, stderr } = await appimage(['remove', '--yes', 'probe'], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const trash = join(home, '.local', 'share', 'Trash');
    expect(readdirSync(join(trash, 'files'))).toEqual(['Probe-1.AppImage']);
    expect(readFileSync(join(trash, 'info', 'Probe-1.AppImage.trashinfo'), 'utf8')).toContain(
      `Path=${join(home, 'Applications')}`,
    );
    expect(readdirSync(join(home, '.local', 'share'))).toEqual(['Trash']);
    expect(await appimage(['remove', '--yes', 'probe'], { env })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no such file or name'),
    });
  });

  test('asks for a path where two have the name', async () => {
    const { home, env, download } = await makeHome();
    await appimage(['install', '--yes', download], { env });
    const second = await writeProbe(join(home, 'Downloads', 'Probe-2.AppImage'), '2.0');
    await appimage(['install', '--yes', '--in-place', second], { env });
    const refused = await appimage(['remove', '--yes', 'Probe'], { env });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(second) });
    expect(entries(home)).toHaveLength(2);
    expect(await appimage(['remove', '--yes', second], { env })).toMatchObject({ status: 0 });
    expect((await appimage(['list'], { env })).stdout).toContain('Probe 1.0');
  });

  test('leaves the file when told so', async () => {
    const { home, env, download } = await makeHome();
    await appimage(['install', '--yes', '--in-place', download], { env });
    expect(await appimage(['remove', '--yes', '--keep-file', download], { env })).toMatchObject({ status: 0 });
    expect(existsSync(download)).toBe(true);
    expect(existsSync(join(home, '.local'))).toBe(false);
  });

  test('removes what is left of a file that is gone, and of one whose name is too long for the trash', async () => {
    const { home, env, download } = await makeHome();
    const long = `${'long'.repeat(61)}.AppImage`; // 253 bytes
    const file = await writeProbe(join(home, 'Downloads', long), '2.0', { keys: 'Name=Long\n' });
    await appimage(['install', '--yes', file], { env });
    expect(await appimage(['remove', '--yes', 'Long'], { env })).toMatchObject({ status: 0, stderr: '' });
    const [trashed = ''] = readdirSync(join(home, '.local', 'share', 'Trash', 'files'));
    expect(readFileSync(join(home, '.local', 'share', 'Trash', 'info', `${trashed}.trashinfo`), 'utf8')).toContain(
      long,
    );
    expect(trashed).toMatch(/^long.*\.AppImage$/);
    await appimage(['install', '--yes', '--in-place', download], { env });
    rmSync(download);
    const { stdout } = await appimage(['remove', '--yes', '--json', download], { env });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Probe', trash: null });
    expect(entries(home)).toEqual([]);
  });

  testWith(
    ['root', 'mount'],
    'moves a file on another volume to the trash there, but not to one of somebody else',
    async () => {
      const { home, env } = await makeHome();
      const volume = mountTmpfs(temporaryFolder(), '4m');
      const file = await writeProbe(join(volume, 'Far.AppImage'), '1.0');
      await appimage(['install', '--yes', '--in-place', file], { env });
      const elsewhere = temporaryFolder();
      symlinkSync(elsewhere, join(volume, '.Trash-0'));
      const refused = await appimage(['remove', '--yes', file], { env });
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('.Trash-0') });
      expect(existsSync(file)).toBe(true);
      expect(entries(home)).toHaveLength(1);
      rmSync(join(volume, '.Trash-0'));
      expect(await appimage(['remove', '--yes', file], { env })).toMatchObject({ status: 0 });
      expect(readdirSync(join(volume, '.Trash-0', 'files'))).toEqual(['Far.AppImage']);
      expect(readFileSync(join(volume, '.Trash-0', 'info', 'Far.AppImage.trashinfo'), 'utf8')).toContain(
        '\nPath=Far.AppImage\n',
      );
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  test('does not write over what is in the trash under its name', async () => {
    const { home, env, download } = await makeHome();
    const trash = join(home, '.local', 'share', 'Trash');
    mkdirSync(join(trash, 'files'), { recursive: true });
    writeFileSync(join(trash, 'files', 'Probe-1.AppImage'), 'mine');
    await appimage(['install', '--yes', download], { env });
    await appimage(['remove', '--yes', 'probe'], { env });
    expect(readFileSync(join(trash, 'files', 'Probe-1.AppImage'), 'utf8')).toBe('mine');
    expect(readdirSync(join(trash, 'files'))).toEqual(['Probe-1.AppImage', 'Probe-1.AppImage.2']);
  });
});

describe('appimage sync', () => {
  test('shows what is in the watched folders, and goes by what says no', async () => {
    const { home, env, download } = await makeHome();
    chmodSync(download, 0o755);
    expect((await appimage(['watch-dirs', 'add', join(home, 'Downloads')], { env })).stdout).toBe(
      `${join(home, 'Applications')}\n${join(home, 'Downloads')}\n`,
    );
    const optedOut = await appimage(['sync'], { env: { ...env, DESKTOPINTEGRATION: '1' } });
    expect(optedOut.stdout).toEqual(expect.stringContaining('DESKTOPINTEGRATION is set'));
    expect(entries(home)).toEqual([]);
    const { stdout } = await appimage(['sync'], { env });
    expect(stdout).toMatch(/^1 of 1 AppImages are in the menu; \d files? written, 0 removed\n$/);
    // As a variable that is not set gives it; it is not the folder that one is in.
    expect(await appimage(['watch-dirs', 'add', ''], { env })).toMatchObject({ status: 2 });
    await appimage(['watch-dirs', 'remove', join(home, 'Downloads')], { env });
    await appimage(['sync'], { env });
    expect(entries(home)).toEqual([]);
    expect(existsSync(download)).toBe(true);
  });
});
