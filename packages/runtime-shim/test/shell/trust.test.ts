import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { shortFolder } from '../native/fixture.ts';
import { eventually, ordinaryUser } from '../native/host.ts';
import { run } from '../native/run.ts';
import { helpersIn, runWith, shellPlace, shImg } from './fixture.ts';
import { shells } from './shells.ts';

const somebodyElse = 4002;

function folder(path: string, owner: number, mode: number): string {
  mkdirSync(path);
  chownSync(path, owner, owner);
  chmodSync(path, mode);
  return path;
}

/** Changes one letter of the line that tells scripts apart, as something that rewrites heads of scripts would. */
function editFourthLine(image: string): void {
  const bytes = readFileSync(image);
  const line = bytes.indexOf('\n#id ') + '\n#id '.length;
  bytes[line] = bytes[line] === 0x30 ? 0x31 : 0x30;
  writeFileSync(image, bytes);
}

for (const shell of shells) {
  describeWith(['root', 'mksquashfs', 'unsquashfs', shell.needs], `under ${shell.name}`, () => {
    test('a script whose first lines were edited says so, and does not start again and again', async () => {
      const image = await shImg('echo started');
      editFourthLine(image);
      const { options } = shellPlace(ordinaryUser);
      expect(await runWith(shell, image, ['x'], options)).toMatchObject({
        status: 127,
        stdout: '',
        stderr: expect.stringMatching(/^AppImage: cannot start .*: it has been changed since it was made; .*\n$/),
      });
    });

    test.each([
      ['empty', 0],
      ['cut off', 100_000],
    ])('a helper that is %s is unpacked anew', async (_, length) => {
      const image = await shImg('exit 3');
      const { options, run: runtimeFolder } = shellPlace(ordinaryUser);
      expect(await runWith(shell, image, [], options)).toMatchObject({ status: 3 });
      const [name] = helpersIn(runtimeFolder, readdirSync) as [string];
      const helper = join(runtimeFolder, 'appimage', name);
      const { size } = statSync(helper);
      // In its place: the one that runs cannot be written to.
      writeFileSync(`${helper}.cut`, readFileSync(helper).subarray(0, length), { mode: 0o500 });
      chownSync(`${helper}.cut`, ordinaryUser, ordinaryUser);
      renameSync(`${helper}.cut`, helper);
      expect(await runWith(shell, image, [], options)).toMatchObject({ status: 3, stderr: '' });
      expect(statSync(helper).size).toBe(size);
    });

    test('a folder of somebody else’s is not mounted or unpacked in', async () => {
      const image = await shImg('echo "$APPDIR"', { architectures: [] });
      const { options, run: runtimeFolder } = shellPlace(ordinaryUser);
      const env = { ...options.env, TMPDIR: folder(join(shortFolder(), 'tmp'), somebodyElse, 0o777) };
      for (const extract of ['', '1']) {
        const finished = await runWith(shell, image, [], {
          ...options,
          env: { ...env, APPIMAGE_EXTRACT_AND_RUN: extract },
        });
        expect(finished).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(`^${runtimeFolder}/`) });
      }
    });

    test('portable folders that others have planted are not used', async () => {
      const image = await shImg('echo "$HOME"', { architectures: [] });
      const { options, home } = shellPlace(ordinaryUser);
      folder(`${image}.home`, somebodyElse, 0o777);
      expect(await runWith(shell, image, [], options)).toMatchObject({
        status: 0,
        stdout: `${home}\n`,
        stderr: `AppImage: ${image}.home is not used: it belongs to somebody else\n`,
      });
    });

    test('what is said has no control characters in it', async () => {
      const image = await shImg('');
      const { options } = shellPlace(ordinaryUser);
      // In the locale C, yash takes no variable with other characters than those of ASCII.
      const eightBits = shell.name === 'yash' ? '' : '\u009b';
      const env = { ...options.env, TARGET_APPIMAGE: `/none\u001b]0;x\u0007\u007f ${eightBits}2J\nAppImage: y` };
      const { status, stderr } = await runWith(shell, image, [], { ...options, env });
      expect(status).toBe(127);
      expect(stderr).toMatch(
        /^AppImage: cannot open TARGET_APPIMAGE \/none\?\]0;x\?\? \??2J\?AppImage: y: there is no such file\n$/,
      );
    });
  });
}

describeWith(['root', 'mksquashfs', 'unsquashfs'], 'a folder', () => {
  const without = { architectures: [] };

  /** Where the image was mounted that was started with that TMPDIR. */
  async function mountedWith(TMPDIR: string): Promise<string> {
    const image = await shImg('echo "$APPDIR"', without);
    const { options } = shellPlace(ordinaryUser);
    const finished = await run(image, [], { ...options, env: { ...options.env, TMPDIR } });
    expect(finished).toMatchObject({ status: 0, stderr: '' });
    const place = dirname(dirname(finished.stdout));
    await eventually('it is unmounted', () => readdirSync(place).length === 0);
    return finished.stdout;
  }

  test.each([
    ['of root’s that is sticky', 0, 0o1777],
    ['of the user’s own', ordinaryUser, 0o755],
    ['of the user’s own, and of the group of that number', ordinaryUser, 0o775],
  ])('is used: %s', async (_, owner, mode) => {
    const base = folder(join(shortFolder(), 'base'), owner, mode);
    expect(await mountedWith(base)).toMatch(`${base}/.appimage-`);
  });

  test.each([
    ['of root’s that all can write to', 0, 0o777],
    ['of the user’s own that all can write to', ordinaryUser, 0o777],
    ['of somebody else’s that is sticky', somebodyElse, 0o1777],
  ])('is not used: %s', async (_, owner, mode) => {
    const base = folder(join(shortFolder(), 'base'), owner, mode);
    expect(await mountedWith(base)).not.toContain(base);
  });

  test('is not used below one of somebody else’s', async () => {
    const above = folder(join(shortFolder(), 'above'), somebodyElse, 0o755);
    expect(await mountedWith(folder(join(above, 'own'), ordinaryUser, 0o700))).not.toContain(above);
  });

  test('that a link leads to is used under its own name', async () => {
    const base = folder(join(shortFolder(), 'base'), ordinaryUser, 0o700);
    const link = join(shortFolder(), 'link');
    symlinkSync(base, link);
    expect(await mountedWith(link)).toMatch(`${base}/.appimage-`);
  });

  test('with helpers is passed over once others can write to it, or to one above it', async () => {
    for (const open of ['appimage', '.']) {
      const image = await shImg('exit 3');
      const { options, run: runtimeFolder, home } = shellPlace(ordinaryUser);
      expect(await run(image, [], options)).toMatchObject({ status: 3 });
      chmodSync(join(runtimeFolder, open), 0o777);
      expect(await run(image, [], options)).toMatchObject({ status: 3, stderr: '' });
      expect(helpersIn(join(home, '.cache'), readdirSync)).toHaveLength(1);
    }
  });
});

describeWith(['root', 'mksquashfs', 'unsquashfs'], 'a portable folder', () => {
  /** Makes what is beside an image, and answers whether it became HOME, and what was said. */
  async function homeWith(make: (path: string) => void) {
    const image = await shImg('echo "$HOME"', { architectures: [] });
    make(`${image}.home`);
    const { options } = shellPlace(ordinaryUser);
    const { stdout, stderr } = await run(image, [], options);
    return {
      used: stdout === `${image}.home\n`,
      why: stderr.replace(`AppImage: ${image}.home is not used: `, '').trim(),
    };
  }

  test('of the user’s own is used, for a group of that number, too, and by a link of the user’s', async () => {
    const used = { used: true, why: '' };
    expect(await homeWith((path) => folder(path, ordinaryUser, 0o700))).toEqual(used);
    expect(await homeWith((path) => folder(path, ordinaryUser, 0o775))).toEqual(used);
    expect(await homeWith((path) => symlinkSync(folder(`${path}.own`, ordinaryUser, 0o700), path))).toEqual(used);
  });

  test('of root’s that all can write to is for several users', async () => {
    const why = 'it belongs to somebody else';
    expect(await homeWith((path) => folder(path, 0, 0o1777))).toEqual({ used: false, why });
  });

  test('of the user’s own that all can write to is not used', async () => {
    const why = 'others can write to it; chmod go-w mends that';
    expect(await homeWith((path) => folder(path, ordinaryUser, 0o777))).toEqual({ used: false, why });
  });

  test('is not used by a link of somebody else’s', async () => {
    const planted = await homeWith((path) => {
      symlinkSync(folder(`${path}.own`, ordinaryUser, 0o700), path);
      lchownSync(path, somebodyElse, somebodyElse);
    });
    expect(planted).toEqual({ used: false, why: 'the link belongs to somebody else, or has other names' });
  });
});

describe('names of an image', () => {
  testWith(['mksquashfs', 'unsquashfs', 'script'], 'are shown without control characters by a terminal', async () => {
    const name = 'a\u001b]0;PWN\u0007b \u009b2J ü';
    const image = await shImg('', { architectures: [], more: { [name]: '' } });
    const { options } = shellPlace(ordinaryUser);
    const inPipe = await run(image, ['--appimage-list'], options);
    expect(inPipe.stdout.split('\n')).toContain(name);
    const shown = await run('script', ['-qec', `${image} --appimage-list`, '/dev/null'], options);
    expect(shown.stdout.split('\r\n')).toContain('a?]0;PWN?b ?2J ü');
  });
});
