import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import type { Race } from '../measure.ts';
import { medianStart, prepareStart } from './start.ts';

/** The same as `start`, of a shImg: with its helper unpacked by an earlier start, and without. */
export async function* startShImg(folder: BenchFolder): AsyncGenerator<Race> {
  const { appDir, launcher } = await prepareStart(folder);
  const image = join(folder.scratch, 'start.shImg');
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const args = ['build', appDir, '-o', image, '--type', 'shimg', '--arch', architecture];
  await execa(process.execPath, [folder.command, ...args]);
  const runtimeFolder = join(folder.scratch, 'run');
  await execa('mkdir', ['-m', '700', '-p', runtimeFolder]);
  process.env['XDG_RUNTIME_DIR'] = runtimeFolder;
  const forget = () => rm(join(runtimeFolder, 'appimage'), { recursive: true, force: true });

  const turns = folder.short ? 2 : 20;
  const shell = (await execa('readlink', ['-f', '/bin/sh'])).stdout.replace(/^.*\//, '');
  yield {
    work: `start of a shImg under ${shell}, exec to main`,
    contestants: [{ name: 'with its helper there', ours: true, measure: () => medianStart(launcher, image, turns) }],
    limit: 15,
  };
  yield {
    work: `first start of a shImg under ${shell}, exec to main`,
    contestants: [
      {
        name: 'with its helper to be unpacked',
        ours: true,
        prepare: forget,
        measure: () => medianStart(launcher, image, turns, forget),
      },
    ],
    limit: 40,
  };
  rmSync(appDir, { recursive: true });
}
