import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';

/** An AppDir that asks for something, and a user who has nothing yet. */
function prepare(request = '', script = 'exit 0') {
  const folder = temporaryFolder();
  const file = join(folder, 'Probe.AppDir');
  mkdirSync(file);
  writeFileSync(join(file, 'AppRun'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync(join(file, 'probe.desktop'), `[Desktop Entry]\nType=Application\nName=Probe\n${request}`);
  for (const name of ['home', 'run']) mkdirSync(join(folder, name), { mode: 0o700 });
  const home = join(folder, 'home');
  const env = { HOME: home, XDG_RUNTIME_DIR: join(folder, 'run'), XDG_CONFIG_HOME: join(home, '.config') };
  return { file, home, env, call: (...args: string[]) => appimage(args, { env }) };
}

const ASKS = '[X-AppImage Permissions]\nLevel=default\nAllow=home;kvm;\n';

describe('appimage permissions', () => {
  test('shows what is granted, where it comes from, and what is asked for', async () => {
    const { file, call } = prepare(ASKS);
    const { status, stdout } = await call('permissions', 'show', file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Probe .*\nno choice yet\n/);
    expect(stdout).toMatch(/^ {2}network=on +the network.*\(request of the image\)$/m);
    expect(stdout).toMatch(
      /asked for, and not granted:\n {2}filesystem=home +may change your whole home folder\n {2}device=kvm /,
    );
  });

  test('grants and revokes words, and forgets them', async () => {
    const { file, call } = prepare();
    await call('permissions', 'grant', file, 'xdg-download:ro', 'talk=org.example.Name');
    const { stdout } = await call('permissions', 'revoke', file, 'network', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'Probe',
      isChosen: true,
      permissions: { network: 'off', filesystem: { 'xdg-download': 'read' } },
      sources: { 'filesystem=xdg-download:ro': 'stored choice' },
      wanted: [],
    });
    expect((await call('permissions', 'reset', file)).stdout).toContain('the choice is forgotten');
    expect((await call('permissions', 'reset', file)).stdout).toContain('there was no choice');
  });

  test.each([
    [['grant'], 2, 'name what is to be granted'],
    [['revoke'], 2, 'name what is to be taken away'],
    [['grant', '../x'], 1, 'a place must begin with'],
    [['edit'], 2, 'set VISUAL or EDITOR'],
    [['burn'], 2, 'Allowed choices are'],
  ])('refuses %j with status %i', async ([action = '', ...words], status, message) => {
    const { file, env } = prepare();
    const result = await appimage(['permissions', action, file, ...words], { env: { ...env, VISUAL: '', EDITOR: '' } });
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(message);
  });

  test('keeps what an editor has made of it, and nothing of what is wrong', async () => {
    const { file, env } = prepare();
    const edit = (program: string) =>
      appimage(['permissions', 'edit', file, '--json'], { env: { ...env, VISUAL: program } });
    const kept = await edit(`sed -i 's/"network": "on"/"network": "off"/'`);
    expect(JSON.parse(kept.stdout)).toMatchObject({ permissions: { network: 'off' }, isChosen: true });
    const wrong = await edit(`sed -i 's/"off"/"of"/'`);
    expect(wrong).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('/network must be one of off, loopback, on'),
    });
    expect(await edit('false')).toMatchObject({ status: 2 });
    expect(JSON.parse((await edit('true')).stdout)).toMatchObject({ permissions: { network: 'off' } });
  });

  testWith(['bwrap', 'strace'], 'proposes what an application has looked for, and keeps it when told to', async () => {
    const { file, home, call } = prepare('', 'cat ~/Documents/a; mkdir -p ~/.config/own; echo > ~/Music/b; exit 0');
    for (const name of ['Documents', 'Music']) mkdirSync(join(home, name));
    writeFileSync(join(home, 'Documents/a'), 'x');
    const proposal = JSON.parse((await call('permissions', 'build', '--save', file, '--json')).stdout);
    expect(proposal).toMatchObject({
      status: 0,
      permissions: { filesystem: { 'xdg-documents': 'read', 'xdg-music': 'write' }, network: 'off' },
      reasons: { 'filesystem=xdg-documents:ro': join(home, 'Documents/a') },
    });
    expect((await call('permissions', 'show', file)).stdout).toContain('filesystem=xdg-music ');
  });
});

describe('appimage run --sandbox', () => {
  testWith(['bwrap'], 'runs by what was granted, and ends as the application does', async () => {
    const { file, home, call } = prepare('', 'cat ~/Documents/a || exit 9; exit 5');
    mkdirSync(join(home, 'Documents'));
    writeFileSync(join(home, 'Documents/a'), 'granted\n');
    expect(await call('run', '--sandbox', file)).toMatchObject({ status: 9, stdout: '' });
    expect(await call('run', '--sandbox', '--allow', 'xdg-documents:ro', file)).toMatchObject({
      status: 5,
      stdout: 'granted\n',
    });
    expect(await call('run', '--sandbox', file)).toMatchObject({ status: 9 });
    await call('permissions', 'grant', file, 'xdg-documents:ro');
    expect(await call('run', '--sandbox', file)).toMatchObject({ status: 5, stdout: 'granted\n' });
  });

  test('starts nothing that asks for more, where nobody can be asked, and says how to agree', async () => {
    const { file, call } = prepare(ASKS);
    const { status, stderr } = await call('run', '--sandbox', file);
    expect(status).toBe(1);
    expect(stderr).toContain('filesystem=home: may change your whole home folder; device=kvm: virtual machines');
    expect(stderr).toContain(`appimage permissions grant ${file} --all`);
  });

  testWith(['bwrap'], 'starts it once that was declined', async () => {
    const { file, home, call } = prepare(ASKS, 'ls -A ~');
    writeFileSync(join(home, 'secret'), '');
    await call('permissions', 'revoke', file, '--asked');
    expect(await call('run', '--sandbox', file)).toMatchObject({ status: 0, stdout: '' });
  });

  test('shows the command, the grants and their reasons, and changes nothing', async () => {
    const { file, home, call } = prepare(ASKS);
    const { stdout, status } = await call('run', '--sandbox', '--dry-run', file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^bwrap --unshare-user .* -- \/app\/AppRun\n/);
    expect(stdout).toContain(
      'grant   network=on: the network, services of this machine and abstract sockets included (request of the image)\n',
    );
    expect(stdout).toContain('wanted  filesystem=home');
    expect(() => readFileSync(join(home, '.config'))).toThrow('ENOENT');
    const json = JSON.parse((await call('run', '--level', 'strict', '--dry-run', '--json', file)).stdout);
    expect(json).toMatchObject({ wanted: [], refused: [], confinement: { command: ['/app/AppRun'] } });
  });

  test.each([
    [['--allow', 'network'], 'need --sandbox'],
    [['--level', 'none'], 'level must be one of strict, default, open'],
    [['--sandbox', '--detach'], 'goes neither with --detach'],
  ])('refuses %j as wrong usage', async (options, message) => {
    const { file, call } = prepare();
    const { status, stderr } = await call('run', ...options, file);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
