import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { appimage, shellCommand } from './support/appimage.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

describe('appimage', () => {
  test.each([{ args: ['--version'] }, { args: ['-V'] }, { args: ['--version', '--json'] }])(
    'answers $args with the version of the package',
    async ({ args }) => {
      expect(await appimage(args)).toMatchObject({
        status: 0,
        stdout: `${version}
`,
        stderr: '',
      });
    },
  );

  test.each([[['--version']], [['--version', '--json']], [['--help']], [['help', 'ls']], [['ls', '--help']]])(
    'fails in one line when the answer to %j does not fit on the disk',
    async (args) => {
      const command = `${shellCommand(...args)} > /dev/full`;
      const { exitCode, stderr } = await execa('sh', ['-c', command], { reject: false });
      expect(exitCode).toBe(1);
      const json = args.includes('--json');
      const message = 'Cannot write to standard output: the disk is full; make room or choose another place (ENOSPC)';
      if (json) expect(JSON.parse(stderr)).toEqual({ error: { code: 'io', message } });
      else expect(stderr).toBe(`appimage: ${message}`);
    },
  );

  test.each(['--version', '--help'])('ends quietly when nobody reads the answer to %s', async (option) => {
    const command = `{ sleep 0.5; ${shellCommand(option)}; echo "status $?" >&2; } | true`;
    const { stderr } = await execa('bash', ['-c', command], { reject: false });
    expect(stderr).toBe('status 0');
  });

  test('says which Node it needs, on an older one', async () => {
    const disguise = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })";
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(disguise)}` };
    expect(await appimage(['help'], { env })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'appimage: Cannot run on Node 20.19.0: it must be 22.18 or later\n',
    });
  });

  test('lists its commands for help, on stdout', async () => {
    const { status, stdout, stderr } = await appimage(['help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  test('prints the same help without a command, but as an error', async () => {
    const { stdout: help } = await appimage(['--help']);
    expect(await appimage([])).toMatchObject({ status: 2, stdout: '', stderr: help });
  });

  test.each(['build', 'info', 'ls', 'cat', 'extract', 'run'])('explains %s', async (command) => {
    const { status, stdout } = await appimage(['help', command]);
    expect(status).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(await appimage([command, '--help'])).toMatchObject({ status: 0, stdout });
  });

  test.each([
    [['chroot', 'x'], "appimage: Unknown command 'chroot' (see appimage --help)\n"],
    [['inf', 'x'], "appimage: Unknown command 'inf', did you mean info? (see appimage --help)\n"],
    [['help', 'foo'], "appimage: Unknown command 'foo' (see appimage --help)\n"],
    [['help', 'inf'], "appimage: Unknown command 'inf', did you mean info? (see appimage --help)\n"],
    [['info'], "appimage: Missing required argument 'FILE' (see appimage info --help)\n"],
    [['info', '--jsn', 'x'], "appimage: Unknown option '--jsn', did you mean --json? (see appimage info --help)\n"],
    [
      ['info', 'x', 'y'],
      "appimage: Too many arguments for 'info'. Expected 1 argument but got 2: x, y (see appimage info --help)\n",
    ],
  ])('refuses %j in one line, with status 2', async (args, stderr) => {
    expect(await appimage(args)).toMatchObject({ status: 2, stdout: '', stderr });
  });

  test.each([
    [['info', '--json'], "Missing required argument 'FILE' (see appimage info --help)"],
    [['--json'], 'Missing command (see appimage --help)'],
    [['help', 'foo', '--json'], "Unknown command 'foo' (see appimage --help)"],
  ])('tells the wrong usage of %j as an object on stderr', async (args, message) => {
    const { status, stdout, stderr } = await appimage(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'usage', message } });
  });

  test('tells what failed in one line, and where in the code only with --verbose', async () => {
    const args = ['info', '/nowhere/x.AppImage'];
    const brief = await appimage(args);
    expect(brief).toMatchObject({ status: 1, stdout: '' });
    expect(brief.stderr).toMatch(
      /^appimage: Cannot open \/nowhere\/x\.AppImage: .*there is no such file.* \(ENOENT\)\n$/,
    );
    const verbose = await appimage([...args, '--verbose']);
    expect(verbose.stderr.startsWith(brief.stderr)).toBe(true);
    expect(verbose.stderr).toMatch(/\n +at /);
  });

  test.each([
    ['nope', 'there is no such file or directory (ENOENT)'],
    ['file/x', 'a part of the path is no directory (ENOTDIR)'],
    ['loop', 'too many symlinks have to be followed (ELOOP)'],
    ['n'.repeat(300), 'the name is too long (ENAMETOOLONG)'],
  ])('says in plain words why %s can not be opened', async (file, reason) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('loop', join(folder, 'loop'));
    expect(await appimage(['info', file], { cwd: folder })).toMatchObject({
      status: 1,
      stderr: `appimage: Cannot open ${file}: ${reason}\n`,
    });
  });

  test('accepts its options before and after the command', async () => {
    for (const args of [
      ['--json', 'info', '/nowhere'],
      ['info', '--json', '/nowhere'],
      ['info', '/nowhere', '--json'],
    ]) {
      const { stderr } = await appimage(args);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'io', path: '/nowhere' } });
    }
  });
});
