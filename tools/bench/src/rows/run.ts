import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchFolder } from '../bench-folder.ts';
import { build } from '../command.ts';
import type { Race } from '../measure.ts';
import { medianStart, prepareStart } from './start.ts';

/** From the exec of `appimage run` to `main` of the application, everything in the page cache, beside the image by itself. */
export async function* run(folder: BenchFolder): AsyncGenerator<Race> {
  const { appDir, launcher } = await prepareStart(folder);
  const image = join(folder.scratch, 'run.AppImage');
  await build(folder, { name: 'run', path: appDir }, image, { comp: 'zstd', level: 15 });
  // A shell of the system starts each of them, so that its time is in all.
  const script = (name: string, command: string) => {
    const path = join(folder.scratch, name);
    writeFileSync(path, `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
    return path;
  };
  const turns = folder.short ? 2 : 20;
  const command = script('run.sh', `'${process.execPath}' '${folder.command}' run '${image}'`);
  const node = script(
    'node.sh',
    `'${process.execPath}' -e 'process.execve(process.argv[1], [process.argv[1]])' '${image}'`,
  );
  yield {
    work: 'appimage run, exec to main, warm',
    contestants: [
      { name: 'appimage run', ours: true, measure: () => medianStart(launcher, command, turns) },
      { name: 'the image by itself', measure: () => medianStart(launcher, script('self.sh', `'${image}'`), turns) },
      { name: 'Node, then the image', measure: () => medianStart(launcher, node, turns) },
    ],
  };
  rmSync(appDir, { recursive: true });
}
