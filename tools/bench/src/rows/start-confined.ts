import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchFolder } from '../bench-folder.ts';
import { missingProgram } from '../machine.ts';
import type { Race } from '../measure.ts';
import { medianStart, prepareStart } from './start.ts';

const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const confiner = fileURLToPath(
  new URL(`../../../../packages/runtime-shim/dist/confine-${architecture}`, import.meta.url),
);

/** What a confinement adds to a start: a root of thirty mounts, all namespaces, the last stage with Landlock. */
export async function* startConfined(folder: BenchFolder): AsyncGenerator<Race> {
  const { appDir, launcher } = await prepareStart(folder);
  const binds = Array.from({ length: 24 }, (_, index) => ['--ro-bind', '/usr/share', `/data/${index}`]).flat();
  const root = [
    ...['--unshare-user', '--unshare-all', '--die-with-parent', '--new-session', '--as-pid-1'],
    ...['--ro-bind', '/usr', '/usr', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', ...binds],
    ...['--ro-bind', confiner, '/.confine', '--ro-bind', appDir, '/app', '--remount-ro', '/'],
  ];
  const inner = ['/.confine', '--inner', '--read', '/', '--write', '/tmp', '--deny-signals', '--', '/app/AppRun'];
  const script = (name: string, words: readonly string[]) => {
    const path = join(folder.scratch, name);
    writeFileSync(path, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')}\n`, { mode: 0o755 });
    return path;
  };
  const turns = folder.short ? 2 : 20;
  const own = script('own.sh', [confiner, ...root, '--', ...inner]);
  const bubblewrap = script('bubblewrap.sh', ['bwrap', ...root, '--', ...inner]);
  const free = script('free.sh', [join(appDir, 'AppRun')]);
  yield {
    work: 'start in a sandbox, exec to main, warm',
    contestants: [
      {
        name: 'own program',
        ours: true,
        missing: existsSync(confiner) ? undefined : 'the confiner is not built',
        measure: () => medianStart(launcher, own, turns),
      },
      {
        name: 'bubblewrap',
        missing: await missingProgram('bwrap', 'bubblewrap'),
        measure: () => medianStart(launcher, bubblewrap, turns),
      },
      { name: 'unconfined', measure: () => medianStart(launcher, free, turns) },
    ],
    limit: 25,
  };
  rmSync(appDir, { recursive: true });
}
