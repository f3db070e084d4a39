import { chownSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImage, cleanedUp, mountsBelow, placeOfUser, shortFolder } from './fixture.ts';
import { isRoot, ordinaryUser } from './host.ts';
import { finish, firstLine, run, start } from './run.ts';
import { prepare, rungs } from './rungs.ts';

for (const rung of rungs) {
  describeWith(rung.needs, `by ${rung.rung}, as ${rung.by}`, () => {
    test.each([0, 1, 7, 127, 255])('the exit status %i is the application’s', async (status) => {
      const image = await appImage(`exit ${status}`);
      const { where, options } = prepare(rung);
      const result = await run(image, [], options);
      expect(result).toMatchObject({ status, signal: null, stderr: '' });
      await cleanedUp(where);
    });

    test.each(['SIGTERM', 'SIGKILL', 'SIGSEGV'] as const)('death by %s is the application’s', async (signal) => {
      const image = await appImage(`kill -${signal.slice(3)} $$; sleep 60`);
      const { where, options } = prepare(rung);
      expect(await run(image, [], options)).toMatchObject({ status: null, signal });
      await cleanedUp(where);
    });

    test('the process that was started becomes the application', async () => {
      const image = await appImage('echo $$');
      const { options } = prepare(rung);
      const result = await run(image, [], options);
      expect(Number(result.stdout)).toBe(result.pid);
    });

    test('a signal to the started process reaches the application', async () => {
      const image = await appImage('trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.1; done');
      const { where, options } = prepare(rung);
      const child = start(image, [], options);
      expect(await firstLine(child)).toBe('ready');
      child.kill('SIGTERM');
      expect(await finish(child)).toMatchObject({ status: 3, stdout: 'caught\n' });
      await cleanedUp(where);
    });

    test('arguments arrive as they are', async () => {
      const image = await appImage('for each; do printf "<%s>" "$each"; done');
      const args = ['', 'two words', 'quo\'te"s', '*', '--', '--appimage-help', 'line\nbreak', 'ünïcödé'];
      const { options } = prepare(rung);
      expect((await run(image, ['first', ...args], options)).stdout).toBe(
        ['first', ...args].map((arg) => `<${arg}>`).join(''),
      );
    });

    test('stdin and stdout are the application’s and end with it', async () => {
      const image = await appImage('cat');
      const { options } = prepare(rung);
      // run() ends when everybody has closed stdout: a background process that kept it would hang this test.
      expect((await run(image, [], { ...options, input: 'through and through' })).stdout).toBe('through and through');
    });

    test('no descriptor leaks into the application', async () => {
      const script = 'ls /proc/$$/fd';
      const image = await appImage(script);
      const { where, options } = prepare(rung);
      const plain = join(where.home, 'plain');
      writeFileSync(plain, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      expect((await run(image, [], options)).stdout).toBe((await run(plain, [], options)).stdout);
    });

    test('the application has no child that it has not started', async () => {
      const image = await appImage('for child in $(cat /proc/$$/task/$$/children); do echo one; done');
      const { options } = prepare(rung);
      // The one is the subshell that reads the list.
      expect((await run(image, [], options)).stdout).toBe('one\n');
    });

    test('signal mask and ignored signals are those of the caller', async () => {
      const image = await appImage('exec grep -E "^Sig(Blk|Ign)" /proc/self/status');
      const { options } = prepare(rung);
      const expected = await run('grep', ['-E', '^Sig(Blk|Ign)', '/proc/self/status'], options);
      expect((await run(image, [], options)).stdout).toBe(expected.stdout);
    });

    test('the environment says where the image is and where it was started from', async () => {
      const image = await appImage('pwd; for v in APPIMAGE APPDIR ARGV0 OWD; do eval "echo $v=\\$$v"; done; echo "$0"');
      const { where, options } = prepare(rung);
      const cwd = realpathSync(where.home);
      const lines = (await run(image, [], { ...options, cwd, argv0: 'called-so' })).stdout.trim().split('\n');
      const appDir = lines[2]?.replace('APPDIR=', '') ?? '';
      expect(lines).toEqual([
        cwd,
        `APPIMAGE=${image}`,
        `APPDIR=${appDir}`,
        'ARGV0=called-so',
        `OWD=${cwd}`,
        `${appDir}/AppRun`,
      ]);
      expect(appDir.startsWith(rung.mounts ? join(where.tmp, '.mount_test.A') : where.home)).toBe(true);
    });

    test('variables for this start only do not reach the application', async () => {
      const image = await appImage('echo "${TARGET_APPIMAGE-unset}" "$APPIMAGE"');
      const other = await appImage('echo the wrong one');
      const { options } = prepare(rung, { TARGET_APPIMAGE: image });
      expect((await run(other, [], options)).stdout).toBe(`unset ${image}\n`);
    });

    test.each([
      'with spaces.AppImage',
      'with\nnewline.AppImage',
      'größe-名前.AppImage',
      'comma,back\\slash.AppImage',
      `${'long'.repeat(60)}.AppImage`,
    ])('a file name like %j does not matter', async (name) => {
      const image = await appImage('cat "$APPDIR/inside"; printf "%s" "$APPIMAGE"', { inside: 'found ' }, { name });
      const { where, options } = prepare(rung);
      expect(await run(image, [], options)).toMatchObject({ status: 0, stdout: `found ${image}`, stderr: '' });
      await cleanedUp(where);
    });

    test('ten starts at once do not get in each other’s way', async () => {
      const image = await appImage('cat "$APPDIR/inside"; exit 5', { inside: 'found' });
      const { where, options } = prepare(rung);
      const results = await Promise.all(Array.from({ length: 10 }, () => run(image, [], options)));
      for (const result of results) expect(result).toMatchObject({ status: 5, stdout: 'found', stderr: '' });
      await cleanedUp(where);
    });

    test('an AppRun that cannot be started is told, with status 127', async () => {
      const image = await appImage('', { AppRun: '#!/no/such/interpreter\n' });
      const { where, options } = prepare(rung);
      const result = await run(image, [], options);
      expect(result).toMatchObject({ status: 127, stdout: '' });
      expect(result.stderr).toMatch(/cannot run .*AppRun: its first line names \/no\/such\/interpreter/);
      await cleanedUp(where);
    });
  });
}

describeWith(['mksquashfs', 'fusermount3', '/dev/fuse'], 'starting', () => {
  const uid = ordinaryUser;

  test('AppRun for this machine is preferred to AppRun', async () => {
    const image = await appImage('echo any', {
      'AppRun.x86_64': '#!/bin/sh\necho x86_64\n',
      'AppRun.armhf': '#!/bin/sh\necho armhf\n',
    });
    expect((await run(image, [], { uid, env: placeOfUser().env })).stdout).toBe('x86_64\n');
  });

  test('an image without AppRun is told, with status 127', async () => {
    const image = await appImage('', {}, { mksquashfs: ['-e', 'AppRun'] });
    const result = await run(image, [], { uid, env: placeOfUser().env });
    expect(result).toMatchObject({ status: 127, stderr: `AppImage: cannot run ${image}: there is no AppRun in it\n` });
  });

  test('portable folders beside the file become HOME and XDG_CONFIG_HOME', async () => {
    const folder = shortFolder();
    const image = await appImage('echo "$HOME $XDG_CONFIG_HOME"', {}, { folder });
    const { env, home } = placeOfUser();
    expect((await run(image, [], { uid, env })).stdout).toBe(`${home} \n`);
    for (const portable of [`${image}.home`, `${image}.config`]) {
      mkdirSync(portable);
      if (isRoot) chownSync(portable, uid, uid);
    }
    expect((await run(image, [], { uid, env })).stdout).toBe(`${image}.home ${image}.config\n`);
  });

  test('"--" hands an option of the runtime’s name to the application, and is its own otherwise', async () => {
    const image = await appImage('echo "$*"');
    const { env } = placeOfUser();
    expect((await run(image, ['--', '--appimage-help', 'x'], { uid, env })).stdout).toBe('--appimage-help x\n');
    expect((await run(image, ['--', 'x'], { uid, env })).stdout).toBe('-- x\n');
    expect((await run(image, ['x', '--appimage-help'], { uid, env })).stdout).toBe('x --appimage-help\n');
  });

  test('a file that is renamed and replaced while it runs goes on running', async () => {
    const image = await appImage('echo ready; read go; cat "$APPDIR/late"', { late: 'still there' });
    const where = placeOfUser();
    const child = start(image, [], { uid, env: where.env });
    expect(await firstLine(child)).toBe('ready');
    await run('mv', [image, `${image}.old`]);
    await run('cp', ['/bin/true', image]);
    child.stdin.end('go\n');
    expect(await finish(child)).toMatchObject({ status: 0, stdout: 'still there' });
    expect(mountsBelow(where.tmp).length).toBeLessThanOrEqual(1);
    await cleanedUp(where);
  });
});
