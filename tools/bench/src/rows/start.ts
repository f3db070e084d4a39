import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { build, payloadOf } from '../command.ts';
import { missingProgram } from '../machine.ts';
import { median, type Race } from '../measure.ts';

/** Milliseconds after which a mount of the start before is gone. */
const SETTLE = 60;

/** From the exec of an image to `main` of the application in it, everything in the page cache. */
export async function* start(folder: BenchFolder): AsyncGenerator<Race> {
  const { appDir, launcher } = await prepareStart(folder);
  const image = join(folder.scratch, 'start.AppImage');
  await build(folder, { name: 'start', path: appDir }, image, { comp: 'zstd', level: 15 });
  const { offset } = await payloadOf(folder, image);

  const mountPoint = join(folder.scratch, 'start');
  mkdirSync(mountPoint);
  const script = join(folder.scratch, 'start.sh');
  const mount = `squashfuse_ll -o offset=${offset} '${image}' '${mountPoint}'`;
  writeFileSync(script, `#!/bin/sh\n${mount} && exec '${mountPoint}/AppRun'\n`, { mode: 0o755 });

  const turns = folder.short ? 2 : 20;
  yield {
    work: 'start, exec to main, warm',
    contestants: [
      {
        name: 'the native runtime',
        ours: true,
        measure: () => medianStart(launcher, image, turns),
      },
      {
        name: 'squashfuse_ll and exec',
        missing: await missingProgram('squashfuse_ll', 'squashfuse'),
        measure: () => medianStart(launcher, script, turns, () => execa('umount', [mountPoint])),
      },
    ],
    limit: 3,
  };
  rmSync(appDir, { recursive: true });
}

/** An AppDir whose application tells when it has started, and the program that starts it. */
export async function prepareStart({ scratch }: BenchFolder): Promise<{ appDir: string; launcher: string }> {
  const appDir = join(scratch, 'Start.AppDir');
  const launcher = join(scratch, 'launch');
  mkdirSync(appDir);
  await compile('app-run.c', join(appDir, 'AppRun'));
  await compile('launch.c', launcher);
  writeFileSync(
    join(appDir, 'start.desktop'),
    '[Desktop Entry]\nType=Application\nName=Start\nExec=start\nIcon=start\nCategories=Utility;\n',
  );
  writeFileSync(join(appDir, 'start.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n');
  return { appDir, launcher };
}

/** Milliseconds from the exec of a program to `main` of its application; `cleanUp` comes after each start. */
export async function medianStart(
  launcher: string,
  program: string,
  turns: number,
  cleanUp?: () => PromiseLike<unknown>,
): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const { stdout } = await execa(launcher, [program]);
    const nanoseconds = Number(stdout);
    if (!(nanoseconds > 0))
      throw new Error(`Cannot accept the start of ${program}: expected a time, found "${stdout}"`);
    times.push(nanoseconds / 1e6);
    await sleep(SETTLE);
    await cleanUp?.();
  }
  return median(times);
}

/** Compiles one of the measuring programs, static and against musl, so that no loader is part of the time. */
async function compile(source: string, output: string): Promise<void> {
  const triple = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-musl`;
  const libraries = `/usr/lib/${triple}`;
  await execa('clang', [
    '-O2',
    '-static',
    '-nostdlib',
    '-nostdlibinc',
    '-isystem',
    `/usr/include/${triple}`,
    ...['crt1.o', 'crti.o'].map((name) => join(libraries, name)),
    join(import.meta.dirname, '../native', source),
    ...['libc.a', 'crtn.o'].map((name) => join(libraries, name)),
    '-o',
    output,
  ]);
}
