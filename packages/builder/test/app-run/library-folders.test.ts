import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run } from '@appimage-js/testing';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { buildAppImage, planAppImage } from '../../src/index.ts';
import { compile } from '../compile.ts';
import { PAYLOAD_OFFSET, type PreparedBuild, preparedBuild } from '../prepared-build.ts';

const PROGRAM = 'int outer(void); int main(void) { return outer(); }';

/** An application of C: the program needs libouter, which needs libinner. */
function application(
  program: readonly string[],
  { outer = [], folder = 'usr/lib' }: { readonly outer?: readonly string[]; readonly folder?: string } = {},
): PreparedBuild {
  const build = preparedBuild({ 'usr/bin/hello': undefined });
  const lib = join(build.appDir, folder);
  compile(join(lib, 'libinner.so'), 'int inner(void) { return 7; }', ['-shared', '-fPIC']);
  compile(join(lib, 'libouter.so'), 'int inner(void); int outer(void) { return inner(); }', [
    '-shared',
    '-fPIC',
    `-L${lib}`,
    '-linner',
    ...outer,
  ]);
  compile(join(build.appDir, 'usr/bin/hello'), PROGRAM, [`-L${lib}`, '-louter', `-Wl,-rpath-link,${lib}`, ...program]);
  return build;
}

async function reasonOf({ options }: PreparedBuild): Promise<string | undefined> {
  const { additions } = await planAppImage({ ...options, arch: 'x86_64' });
  return additions.find(({ path }) => path === 'AppRun')?.reason;
}

describeWith(['gcc', 'unsquashfs'], 'the AppRun of an application with libraries', () => {
  test('sets LD_LIBRARY_PATH where no RPATH leads to them, says why, and the application starts', async () => {
    const build = application([]);
    expect(await reasonOf(build)).toBe(
      'AppDir has no AppRun; made from hello.desktop; sets LD_LIBRARY_PATH, as usr/bin/hello needs libouter.so in usr/lib ' +
        'and no RPATH leads there',
    );
    await buildAppImage(build.options);
    const extracted = join(build.folder, 'a "b" \'c\' $d');
    run('unsquashfs', ['-no-progress', '-o', `${PAYLOAD_OFFSET}`, '-d', extracted, build.output]);
    expect(await execa(join(extracted, 'AppRun'), [], { reject: false })).toMatchObject({ exitCode: 7, stderr: '' });
  });

  test('leaves it alone where the RPATHs lead to them', async () => {
    const origin = ['-Wl,-rpath,$ORIGIN/../lib'];
    const build = application(origin, { outer: ['-Wl,-rpath,${ORIGIN}'] });
    expect(await reasonOf(build)).toBe('AppDir has no AppRun; made from hello.desktop');
  });

  test('knows that DT_RPATH counts for the libraries of libraries, and DT_RUNPATH does not', async () => {
    const origin = '-Wl,-rpath,$ORIGIN/../lib';
    expect(await reasonOf(application([origin, '-Wl,--disable-new-dtags']))).not.toContain('LD_LIBRARY_PATH');
    expect(await reasonOf(application([origin, '-Wl,--enable-new-dtags']))).toContain(
      'as usr/lib/libouter.so needs libinner.so in usr/lib and',
    );
  });

  test('finds folders of an architecture, and asks for none that has nothing needed', async () => {
    const build = application([], { folder: 'usr/lib/x86_64-linux-gnu' });
    mkdirSync(join(build.appDir, 'usr/lib64'));
    writeFileSync(join(build.appDir, 'usr/lib64/libouter.so'), 'no library');
    expect(await reasonOf(build)).toMatch(/in usr\/lib\/x86_64-linux-gnu and no RPATH leads there$/);
  });

  test('looks at all programs where a script is started', async () => {
    const build = application([]);
    renameSync(join(build.appDir, 'usr/bin/hello'), join(build.appDir, 'usr/bin/program'));
    writeFileSync(join(build.appDir, 'usr/bin/hello'), '#!/bin/sh\nexec program\n', { mode: 0o755 });
    expect(await reasonOf(build)).toContain('as usr/bin/program needs libouter.so in usr/lib');
  });
});
