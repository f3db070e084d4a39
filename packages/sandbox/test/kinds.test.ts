import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elfRuntime, shellRuntime } from '@appimage-js/runtime-shim';
import { describeWith, run, sharedFolder, temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { extractToCache, readHost, readImage } from '../src/index.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const SCRIPT = `#!/bin/sh
printf '%s\\n' "$APPIMAGE" "$ARGV0" "$OWD" "$*"
cat "$APPDIR/usr/share/data"
exit 42
`;

/** An AppDir whose AppRun tells what it was given. */
function writeAppDir(folder: string): string {
  mkdirSync(join(folder, 'usr/share'), { recursive: true });
  writeFileSync(join(folder, 'AppRun'), SCRIPT, { mode: 0o755 });
  writeFileSync(join(folder, 'usr/share/data'), 'what the image holds\n');
  symlinkSync('usr/share/data', join(folder, 'link'));
  return folder;
}

function squashfs(tree: string, output: string, compression: string): Uint8Array {
  run('mksquashfs', [tree, output, '-noappend', '-quiet', '-no-progress', '-all-root', '-comp', compression]);
  return readFileSync(output);
}

/** A store that the application has brought along, and what is started in it. */
function writeNixTree(folder: string): string {
  const program = 'nix/store/00000000000000000000000000000000-app/bin';
  mkdirSync(join(folder, program), { recursive: true });
  writeAppDir(folder);
  writeFileSync(join(folder, program, 'app'), '#!/bin/sh\n', { mode: 0o755 });
  symlinkSync(`/${program}/app`, join(folder, 'entrypoint'));
  mkdirSync(join(folder, 'mountroot'));
  return folder;
}

/** How an image of each kind is written. */
const kinds: Readonly<Record<string, (tree: string, file: string) => Promise<void>>> = {
  'type 2, gzip': (tree, file) => typeTwo(tree, file, 'gzip'),
  'type 2, zstd': (tree, file) => typeTwo(tree, file, 'zstd'),
  'type 2, xz': (tree, file) => typeTwo(tree, file, 'xz'),
  'type 2, lz4': (tree, file) => typeTwo(tree, file, 'lz4'),
  'type 2, lzo': (tree, file) => typeTwo(tree, file, 'lzo'),
  'type 2, lzma': (tree, file) => typeTwo(tree, file, 'lzma'),
  'bare SquashFS': async (tree, file) => void squashfs(tree, file, 'gzip'),
  'bare ISO 9660': async (tree, file) => void run('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-o', file, tree]),
  'type 1': async (tree, file) => {
    run('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-o', file, tree]);
    const image = readFileSync(file);
    // The program lies where ISO 9660 leaves 32 KiB to others. One that is damaged is no obstacle: nothing of it is run.
    image.set((await elfRuntime('x86_64')).subarray(0, 8192));
    image.set([0x41, 0x49, 0x01], 8);
    writeFileSync(file, image);
  },
  shImg: async (tree, file) => {
    const payload = squashfs(tree, `${file}.payload`, 'gzip');
    const kind = { kind: 'squashfs', compression: 'gzip' } as const;
    const { bytes } = await shellRuntime({ payload: kind, architectures: ['x86_64'] });
    writeFileSync(file, Buffer.concat([bytes, payload]));
  },
};

async function typeTwo(tree: string, file: string, compression: string): Promise<void> {
  writeFileSync(file, Buffer.concat([await elfRuntime('x86_64'), squashfs(tree, `${file}.payload`, compression)]));
}

/** Starts an image; what it leaves in the cache is in a folder of the test's own. */
async function start(file: string, more: Readonly<Record<string, string>> = {}) {
  const cache = temporaryFolder();
  onTestFinished(() => void run('chmod', ['-R', 'u+w', cache]));
  const args = ['--conditions=@appimage-js/source', CHILD, 'become', file, 'two words', '--', '-x'];
  const env = { XDG_CACHE_HOME: cache, ...more };
  const options = { reject: false, stdin: 'ignore', stripFinalNewline: false, cwd: cache, env } as const;
  return { ...(await execa(process.execPath, args, options)), cache };
}

/** As much of a DwarFS file system as tells that it is one. */
function dwarfsStart(): Uint8Array {
  const section = Buffer.alloc(64);
  section.write('DWARFS');
  section.set([2, 5], 6);
  return section;
}

function told(file: string, cwd: string, appImage = file): string {
  return `${appImage}\n${file}\n${cwd}\ntwo words -- -x\nwhat the image holds\n`;
}

describeWith(['mksquashfs', 'xorriso'], 'an application runs, whatever its image is:', () => {
  const folder = sharedFolder();
  const tree = join(folder, 'App.AppDir');
  beforeAll(() => void writeAppDir(tree));

  test.each(Object.keys(kinds))('%s', async (kind) => {
    const file = join(folder, `${kind.replaceAll(/\W/g, '-')}.AppImage`);
    await kinds[kind]?.(tree, file);
    const { exitCode, stdout, stderr, cache } = await start(file);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 42, stdout: told(file, cache), stderr: '' });
  });

  test('NixAppImage', async () => {
    const file = join(folder, 'nix.AppImage');
    await typeTwo(writeNixTree(join(folder, 'nix')), file, 'zstd');
    const { exitCode, stdout, cache } = await start(file);
    expect({ exitCode, stdout }).toEqual({ exitCode: 42, stdout: told(file, cache) });
  });

  test('an AppDir', async () => {
    const { exitCode, stdout, cache } = await start(tree);
    expect({ exitCode, stdout }).toEqual({ exitCode: 42, stdout: told(tree, cache, '') });
  });

  testWith(['bsdtar'], 'DwarFS, where its program unpacks it', async () => {
    const file = join(folder, 'dwarfs.AppImage');
    writeFileSync(file, Buffer.concat([await elfRuntime('x86_64'), dwarfsStart()]));
    // Debian does not have the program, so another one stands in: it answers with the tree as the archive that it is asked for.
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const script = `#!/bin/sh\ncd '${tree}' && exec bsdtar -cf - --format gnutar *\n`;
    writeFileSync(join(bin, 'dwarfsextract'), script, { mode: 0o755 });
    const { exitCode, stdout, stderr, cache } = await start(file, { PATH: `${bin}:${process.env['PATH']}` });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 42, stdout: told(file, cache), stderr: '' });
  });

  test('says which program is missing for DwarFS', async () => {
    const file = join(folder, 'no-dwarfs.AppImage');
    writeFileSync(file, Buffer.concat([await elfRuntime('x86_64'), dwarfsStart()]));
    const args = ['--conditions=@appimage-js/source', CHILD, 'become', file];
    const { exitCode, stderr } = await execa(process.execPath, args, { reject: false, env: { PATH: '/nowhere' } });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Cannot run ${file}: `);
  });
});

describeWith(['mksquashfs'], 'what the runtime can not open is unpacked', () => {
  const folder = sharedFolder();
  const file = join(folder, 'lzo.sfs');
  beforeAll(() => void squashfs(writeAppDir(join(folder, 'tree')), file, 'lzo'));
  const cacheFolder = () => {
    const cache = temporaryFolder();
    onTestFinished(() => void run('chmod', ['-R', 'u+w', cache]));
    return { cache, env: { XDG_CACHE_HOME: cache } };
  };

  test('once, and is neither read nor written again', async () => {
    const { cache, env } = cacheFolder();
    const directory = await extractToCache(file, { env });
    expect(directory.startsWith(`${cache}/appimage/`)).toBe(true);
    const { ino, ctimeMs } = statSync(join(directory, 'usr/share/data'));
    expect(await extractToCache(file, { env })).toBe(directory);
    expect(statSync(join(directory, 'usr/share/data'))).toMatchObject({ ino, ctimeMs });
  });

  test('under its content: a copy is not unpacked again, other contents are', async () => {
    const { env } = cacheFolder();
    const directory = await extractToCache(file, { env });
    const copy = join(temporaryFolder(), 'copy');
    copyFileSync(file, copy);
    expect(await extractToCache(copy, { env })).toBe(directory);
    const other = temporaryFolder();
    writeAppDir(join(other, 'tree'));
    writeFileSync(join(other, 'tree/more'), '');
    squashfs(join(other, 'tree'), copy, 'lzo');
    expect(await extractToCache(copy, { env })).not.toBe(directory);
  });

  test('without permission to write, in a folder that is private', async () => {
    const { cache, env } = cacheFolder();
    const directory = await extractToCache(file, { env });
    expect(statSync(join(cache, 'appimage')).mode & 0o777).toBe(0o700);
    const modes = [directory, join(directory, 'AppRun'), join(directory, 'usr')].map((path) => statSync(path).mode);
    expect(modes.map((mode) => mode & 0o222)).toEqual([0, 0, 0]);
  });

  test('once more where what is to be started is gone', async () => {
    const { env } = cacheFolder();
    const directory = await extractToCache(file, { env });
    run('chmod', ['u+w', directory]);
    run('rm', [join(directory, 'AppRun')]);
    expect(existsSync(join(await extractToCache(file, { env }), 'AppRun'))).toBe(true);
  });

  test('by many starts at once, of which one tree stays', async () => {
    const { cache, env } = cacheFolder();
    const found = await Promise.all(Array.from({ length: 8 }, () => extractToCache(file, { env })));
    expect(new Set(found).size).toBe(1);
    const names = readdirSync(join(cache, 'appimage'));
    expect(names.filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('also with a umask that takes rights from the user, which is as it was afterwards', async () => {
    const { cache, env } = cacheFolder();
    const before = process.umask(0o777);
    try {
      const found = await Promise.all([extractToCache(file, { env }), extractToCache(file, { env })]);
      expect(statSync(join(found[0] ?? '', 'usr')).mode & 0o777).toBe(0o555);
      expect(statSync(join(cache, 'appimage')).mode & 0o777).toBe(0o700);
      expect(process.umask()).toBe(0o777);
    } finally {
      process.umask(before);
    }
  });

  test('without what a start that was killed has left', async () => {
    const { cache, env } = cacheFolder();
    await extractToCache(file, { env });
    const left = join(cache, 'appimage', `${'0'.repeat(40)}.partial.4194305-x`);
    mkdirSync(join(left, 'usr'), { recursive: true });
    const other = join(temporaryFolder(), 'other');
    squashfs(writeAppDir(join(temporaryFolder(), 'tree')), other, 'lzma');
    await extractToCache(other, { env });
    expect(existsSync(left)).toBe(false);
  });

  test('into the next folder where the first can not be used', async () => {
    const { cache } = cacheFolder();
    const blocked = join(cache, 'file');
    writeFileSync(blocked, '');
    const directory = await extractToCache(file, { env: { XDG_CACHE_HOME: blocked, HOME: cache } });
    expect(directory.startsWith(`${cache}/.cache/appimage/`)).toBe(true);
  });

  test('or is told what is wrong with all folders', async () => {
    const { cache } = cacheFolder();
    const folders = ['XDG_CACHE_HOME', 'TMPDIR'].map((name) => [name, join(cache, name)] as const);
    const open = join(cache, 'TMPDIR');
    mkdirSync(open);
    run('chmod', ['777', open]);
    writeFileSync(join(cache, 'XDG_CACHE_HOME'), '');
    const { openCachePlace, cachePlaces } = await import('../src/cache/cache-folder.ts');
    const reasons = await Promise.all(cachePlaces(Object.fromEntries(folders)).slice(0, 2).map(openCachePlace));
    expect(reasons).toEqual([expect.stringMatching(/ENOTDIR|EEXIST/), 'others can replace what is in it']);
  });

  test('not at all when it is told to stop', async () => {
    const { cache, env } = cacheFolder();
    const signal = AbortSignal.abort();
    await expect(extractToCache(file, { env, signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(join(cache, 'appimage')) ? readdirSync(join(cache, 'appimage')) : []).toEqual([]);
  });
});

describe('readImage', () => {
  test('tells an AppDir by its AppRun', async () => {
    const folder = writeAppDir(join(temporaryFolder(), 'x.AppDir'));
    expect(await readImage(folder)).toEqual({ type: 'appdir', architectures: [], payload: undefined });
  });

  test('refuses a directory without one', async () => {
    const folder = temporaryFolder();
    await expect(readImage(folder)).rejects.toMatchObject({ code: 'not-found', path: folder });
  });
});

describeWith(['mksquashfs', 'qemu-aarch64-static'], 'a program for another machine', () => {
  test('runs through QEMU', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'foreign.AppImage');
    // The runtime itself is a static program for that machine.
    mkdirSync(join(folder, 'tree'));
    writeFileSync(join(folder, 'tree/AppRun'), await elfRuntime('aarch64'), { mode: 0o755 });
    const payload = squashfs(join(folder, 'tree'), `${file}.payload`, 'gzip');
    writeFileSync(file, Buffer.concat([await elfRuntime('aarch64'), payload]));
    const args = ['--conditions=@appimage-js/source', CHILD, 'become', file, '--', '--appimage-version'];
    const { stdout, exitCode } = await execa(process.execPath, args, { reject: false });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^appimage-js runtime .* for aarch64/);
  });

  test('has no emulator where there is none on the PATH and none with the kernel', async () => {
    const image = { type: 'type-2', architectures: ['riscv64'], payload: undefined } as const;
    expect(readHost({ ...image, path: '/nowhere' }).emulators).toEqual({});
  });
});
