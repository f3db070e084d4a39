import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bufferSource, openSquashfs, readElf, readSection, windowSource } from '@appimage-js/format';
import { nodeDecompressors } from '@appimage-js/format/node';
import { availableElfRuntimes } from '@appimage-js/runtime-shim';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { type BuildOptions, buildAppImage } from '../src/index.ts';
import { fakeRuntime, writeFakeRuntime } from './fake-runtime.ts';
import { testAsRoot, testWithTool } from './oracle.ts';
import { hashTree, makeAppDir, PROGRAM, scratch, sha256, type TreeEntry } from './scratch.ts';

const OFFSET = fakeRuntime().length;

/** A directory with an AppDir, a runtime and an empty directory for the output. */
function prepare(changes: Record<string, TreeEntry | undefined> = {}) {
  const folder = scratch();
  const appDir = makeAppDir(join(folder, 'app'), changes);
  mkdirSync(join(folder, 'out'));
  const runtimeFile = writeFakeRuntime(join(folder, 'runtime'));
  const output = join(folder, 'out/hello.AppImage');
  const options = { appDir, output, runtimeFile, arch: 'x86_64' } satisfies BuildOptions;
  return { folder, appDir, output, options };
}

/** What unsquashfs makes of the image. */
async function extract(image: string, folder: string): Promise<string> {
  const target = join(folder, 'extracted');
  await execa('unsquashfs', ['-no-progress', '-dest', target, '-offset', String(OFFSET), image], {
    env: { LC_ALL: 'C' },
  });
  return target;
}

describe('buildAppImage', () => {
  test('joins runtime and payload and tells where they are', async () => {
    const { options, output } = prepare();
    const built = await buildAppImage(options);
    const file = readFileSync(output);
    const source = bufferSource(file);
    expect(built).toMatchObject({
      path: output,
      size: file.length,
      payload: { offset: OFFSET, length: file.length - OFFSET, compression: 'zstd' },
    });
    expect((await readElf(source)).end).toBe(OFFSET);
    const image = await openSquashfs(windowSource(source, OFFSET), { decompressors: nodeDecompressors });
    await expect(image.stat('AppRun')).resolves.toMatchObject({ type: 'file', mode: 0o755 });
  });

  test('embeds update information and leaves the other sections empty', async () => {
    const { options, output } = prepare();
    const updateInformation = 'gh-releases-zsync|owner|repository|latest|Hello-*x86_64.AppImage.zsync';
    await buildAppImage({ ...options, updateInformation });
    const source = bufferSource(readFileSync(output));
    const elf = await readElf(source);
    const text = async (name: string) =>
      new TextDecoder().decode(await readSection(source, elf, name)).replace(/\0+$/, '');
    expect(await text('.upd_info')).toBe(updateInformation);
    expect(await text('.sha256_sig')).toBe('');
  });

  testWithTool('unsquashfs')('packs what unsquashfs reads: contents, modes, links', async () => {
    const { options, output, folder, appDir } = prepare({
      'usr/share/empty': '',
      'usr/share/big': new Uint8Array(500_000).map((_, index) => index % 251),
      'usr/share/link': { link: '../bin/hello' },
      'usr/lib/nothing': null,
    });
    linkSync(join(appDir, 'usr/bin/hello'), join(appDir, 'usr/bin/same'));
    await buildAppImage(options);
    const extracted = await extract(output, folder);
    const { stdout } = await execa('diff', ['--recursive', '--no-dereference', appDir, extracted], { reject: false });
    expect(stdout.split('\n').toSorted()).toEqual([`Only in ${extracted}: .DirIcon`, `Only in ${extracted}: AppRun`]);
    const listing = await execa('find', [extracted, '-samefile', join(extracted, 'usr/bin/hello')]);
    expect(listing.stdout.split('\n')).toHaveLength(2);
  });

  testWithTool('unsquashfs')('packs names of any bytes', async () => {
    const { options, output, folder, appDir } = prepare({
      'with space': 'a',
      'quote\'"$`': 'b',
      'new\nline': 'c',
      'grüße-日本': 'd',
    });
    const hostile = [Buffer.from([0x66, 0xff, 0xfe]), Buffer.alloc(255, 'x')];
    for (const name of hostile) writeFileSync(Buffer.concat([Buffer.from(`${appDir}/`), name]), name);
    await buildAppImage(options);
    const extracted = await extract(output, folder);
    const names = (path: string) =>
      readdirSync(path, { encoding: 'buffer' })
        .map((name) => name.toString('hex'))
        .toSorted();
    expect(names(extracted)).toEqual(
      [...names(appDir), ...['AppRun', '.DirIcon'].map((name) => Buffer.from(name).toString('hex'))].toSorted(),
    );
    for (const name of hostile) {
      expect(readFileSync(Buffer.concat([Buffer.from(`${extracted}/`), name]))).toEqual(name);
    }
  });

  test('never changes the AppDir', async () => {
    const { options, appDir } = prepare({ 'usr/share/x': { link: 'nowhere' } });
    const before = hashTree(appDir);
    await buildAppImage({ ...options, version: '1.0', updateInformation: 'zsync|https://example.org/x.zsync' });
    expect(hashTree(appDir)).toBe(before);
  });

  test('replaces an output that exists and leaves nothing else', async () => {
    const { options, output, folder } = prepare();
    writeFileSync(output, 'an older image', { mode: 0o600 });
    const { size } = await buildAppImage(options);
    expect(readFileSync(output)).toHaveLength(size);
    expect(readdirSync(join(folder, 'out'))).toEqual(['hello.AppImage']);
  });

  test('tells how far it is', async () => {
    const { options } = prepare();
    const reports: { bytesRead: number; totalBytes: number }[] = [];
    await buildAppImage({ ...options, onProgress: (progress) => reports.push(progress) });
    const last = reports.at(-1);
    expect(last?.bytesRead).toBe(last?.totalBytes);
    expect(reports.map(({ bytesRead }) => bytesRead)).toEqual(
      reports.map(({ bytesRead }) => bytesRead).toSorted((a, b) => a - b),
    );
  });

  test('packs 100,000 small files', async () => {
    const { options, appDir } = prepare();
    for (let folder = 0; folder < 100; folder++) {
      mkdirSync(join(appDir, `many/${folder}`), { recursive: true });
      for (let file = 0; file < 1000; file++)
        writeFileSync(join(appDir, `many/${folder}/${file}`), `${folder} ${file}`);
    }
    const { payload, plan } = await buildAppImage({ ...options, level: 1 });
    expect(plan.contents.files).toBe(100_003);
    expect(payload.inodes).toBe(100_003 + 2 + 1 + 100 + 3);
    const image = await openSquashfs(windowSource(bufferSource(readFileSync(options.output)), payload.offset), {
      decompressors: nodeDecompressors,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of image.readFile('many/73/421')) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('73 421');
  });

  test('packs a 5 GB sparse file into a few blocks', async () => {
    const { options, appDir } = prepare({ sparse: '' });
    truncateSync(join(appDir, 'sparse'), 5_000_000_000);
    const { size, payload } = await buildAppImage(options);
    expect(payload.contentBytes).toBeGreaterThan(5_000_000_000);
    expect(size).toBeLessThan(1_000_000);
  });
});

describe('the same input', () => {
  const build = async (options: BuildOptions & { umask?: number }, env: Record<string, string> = {}) => {
    const script = join(import.meta.dirname, 'build-in-child.ts');
    await execa(process.execPath, ['--conditions=@appimage-js/source', script, JSON.stringify(options)], { env });
    return sha256(options.output ?? '');
  };
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`usr/share/${(index * 7919) % 1000}`, `${index} `.repeat(index * 10)]),
  );

  test('gives the same bytes under other umasks, time zones, locales and numbers of threads', async () => {
    const { options } = prepare(files);
    const first = await build(options);
    expect(await build({ ...options, umask: 0o077 })).toBe(first);
    expect(await build({ ...options, umask: 0 }, { TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8' })).toBe(first);
    expect(await build(options, { UV_THREADPOOL_SIZE: '1' })).toBe(first);
    expect(await build(options, { UV_THREADPOOL_SIZE: '16' })).toBe(first);
  });

  test('gives the same bytes from another place, written in another order, at another time, with other permissions', async () => {
    const { options, folder } = prepare(files);
    const first = await build(options);
    const appDir = join(folder, 'elsewhere/copy');
    makeAppDir(appDir, Object.fromEntries(Object.entries(files).toReversed()));
    chmodSync(join(appDir, 'usr'), 0o700);
    chmodSync(join(appDir, 'usr/share/0'), 0o600);
    chmodSync(join(appDir, 'usr/bin/hello'), 0o700);
    expect(await build({ ...options, appDir, output: join(folder, 'out/other name') })).toBe(first);
  });

  test('gives other bytes for other contents', async () => {
    const { options, appDir } = prepare(files);
    const first = await build(options);
    writeFileSync(join(appDir, 'usr/share/0'), 'changed');
    expect(await build(options)).not.toBe(first);
  });
});

describe('a build that fails', () => {
  test('leaves nothing behind, and the old output as it was, when a file changes', async () => {
    const { options, output, folder, appDir } = prepare({
      'usr/share/first': 'x'.repeat(1_000_000),
      'usr/share/last': 'y',
    });
    writeFileSync(output, 'old');
    let changed = false;
    const onProgress = () => {
      if (!changed) writeFileSync(join(appDir, 'hello.png'), 'other');
      changed = true;
    };
    await expect(buildAppImage({ ...options, onProgress })).rejects.toMatchObject({
      code: 'io',
      path: join(appDir, 'hello.png'),
    });
    expect(readdirSync(join(folder, 'out'))).toEqual(['hello.AppImage']);
    expect(readFileSync(output, 'utf8')).toBe('old');
  });

  test('leaves nothing behind when it is aborted', async () => {
    const { options, folder } = prepare({ 'usr/share/x': 'x'.repeat(1_000_000) });
    const interruption = new AbortController();
    const building = buildAppImage({ ...options, signal: interruption.signal, onProgress: () => interruption.abort() });
    await expect(building).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  test('leaves nothing behind when a signal comes while it writes', async () => {
    const { options, folder } = prepare();
    const { appDir } = options;
    for (let index = 0; index < 30; index++) {
      writeFileSync(join(appDir, String(index)), randomBytes(1_000_000));
    }
    const child = execa(
      process.execPath,
      [
        '--conditions=@appimage-js/source',
        join(import.meta.dirname, 'build-in-child.ts'),
        JSON.stringify({ ...options, level: 22 }),
      ],
      { reject: false },
    );
    while (readdirSync(join(folder, 'out')).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    expect(JSON.parse((await child).stdout)).toMatchObject({ name: 'AbortError' });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  test('stops before it writes when there is no room in the runtime', async () => {
    const { options, folder } = prepare();
    await expect(buildAppImage({ ...options, updateInformation: `zsync|${'x'.repeat(2000)}` })).rejects.toMatchObject({
      code: 'limit',
    });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  testAsRoot('leaves nothing behind on a full disk', async () => {
    const { options, folder } = prepare({ 'usr/share/random': randomBytes(60_000) });
    const out = join(folder, 'out');
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', out]);
    try {
      await expect(buildAppImage(options)).rejects.toMatchObject({
        code: 'io',
        path: options.output,
        message: expect.stringContaining('no space left on device'),
      });
      expect(readdirSync(out)).toEqual([]);
    } finally {
      await execa('umount', [out]);
    }
  });

  testAsRoot('names a file that it must not read', async () => {
    const { options, folder, appDir } = prepare({ secret: { mode: 0o600, text: 'x' } });
    chmodSync(join(folder, 'out'), 0o777);
    const script = join(import.meta.dirname, 'build-in-child.ts');
    const args = ['--conditions=@appimage-js/source', script, JSON.stringify(options)];
    const { stdout } = await execa(process.execPath, args, { reject: false, uid: 65_534, gid: 65_534 });
    expect(JSON.parse(stdout)).toMatchObject({ code: 'not-permitted', path: join(appDir, 'secret') });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)('names a file that it must not read, as an ordinary user', async () => {
    const { options, folder, appDir } = prepare({ secret: { mode: 0, text: 'x' } });
    await expect(buildAppImage(options)).rejects.toMatchObject({ code: 'not-permitted', path: join(appDir, 'secret') });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });
});

describe('an image with the built-in runtime', () => {
  const runtime = availableElfRuntimes().includes('x86_64') && process.arch === 'x64';
  const testHere = runtime || process.env['CI'] !== undefined ? test : test.skip;

  testHere('starts the application with its arguments and ends with its exit status', async () => {
    const { appDir, folder } = prepare({ AppRun: undefined, 'usr/bin/hello': PROGRAM });
    const output = join(folder, 'a path with spaces.AppImage');
    await buildAppImage({ appDir, output, arch: 'x86_64' });
    const run = () => execa(output, ['one', 'two words', ''], { reject: false });
    expect(await run()).toMatchObject({ exitCode: 42, stdout: '[one]\n[two words]\n[]' });
    rmSync(appDir, { recursive: true });
    expect(existsSync(appDir)).toBe(false);
    cpSync(output, join(folder, 'copy'));
    expect((await execa(join(folder, 'copy'), [], { reject: false })).exitCode).toBe(42);
  });
});
