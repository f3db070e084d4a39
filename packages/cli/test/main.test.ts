import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { appimage } from './support/appimage.ts';

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
    [['mount', 'x'], "appimage: Unknown command 'mount' (see appimage --help)\n"],
    [['inf', 'x'], "appimage: Unknown command 'inf', did you mean info? (see appimage --help)\n"],
    [['info'], "appimage: Missing required argument 'FILE' (see appimage info --help)\n"],
    [['info', '--jsn', 'x'], "appimage: Unknown option '--jsn', did you mean --json? (see appimage info --help)\n"],
    [
      ['info', 'x', 'y'],
      "appimage: Too many arguments for 'info'. Expected 1 argument but got 2: x, y (see appimage info --help)\n",
    ],
  ])('refuses %j in one line, with status 2', async (args, stderr) => {
    expect(await appimage(args)).toMatchObject({ status: 2, stdout: '', stderr });
  });

  test('tells wrong usage as an object on stderr with --json', async () => {
    const { status, stdout, stderr } = await appimage(['info', '--json']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'usage', message: "Missing required argument 'FILE' (see appimage info --help)" },
    });
  });

  test('tells what failed in one line, and where in the code only with --verbose', async () => {
    const args = ['info', '/nowhere/x.AppImage'];
    const brief = await appimage(args);
    expect(brief).toMatchObject({ status: 1, stdout: '' });
    expect(brief.stderr).toMatch(/^appimage: Cannot open \/nowhere\/x\.AppImage: .*no such file.*\n$/);
    const verbose = await appimage([...args, '--verbose']);
    expect(verbose.stderr.startsWith(brief.stderr)).toBe(true);
    expect(verbose.stderr).toMatch(/\n +at /);
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
