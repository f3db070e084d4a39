// Builds the examples, looks inside, runs them, and says how long that took: what `npm start` shows.

import { mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { appimage, DemoFailure, heading, run } from './steps.ts';
import { printTable, type Row } from './table.ts';

/** An example, and how it is built and run. */
interface Demo {
  readonly name: string;
  readonly title: string;
  readonly appDir: string;
  readonly buildOptions: readonly string[];
  readonly args: readonly string[];
}

const output = 'examples/demo/dist';

/** Node's names of processors where AppImages have others. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i686', arm: 'armhf' };

const demos: readonly Demo[] = [
  {
    name: 'hello',
    title: 'A shell script',
    appDir: 'examples/hello/AppDir',
    // Nothing in a script tells for which machines it is.
    buildOptions: ['--arch', ARCHITECTURES[process.arch] ?? process.arch],
    args: ['you'],
  },
  {
    name: 'word-count',
    title: 'A Node program, with the Node that runs it',
    appDir: 'examples/node-app/dist/AppDir',
    buildOptions: [],
    args: ['--top', '5', 'README.md'],
  },
];

async function show({ name, title, appDir, buildOptions, args }: Demo): Promise<Row> {
  const file = `${output}/${name}.AppImage`;
  heading(title);
  const built = await appimage('build', appDir, ...buildOptions, '-o', file);
  await appimage('info', file);
  const first = await run(`./${file}`, args);
  const again = await run(`./${file}`, args, { quietly: true });
  return { name, size: statSync(file).size, built, first, again };
}

try {
  // The command lines that are shown work when they are typed at the root, too.
  process.chdir(resolve(import.meta.dirname, '../..'));
  mkdirSync(output, { recursive: true });
  const rows: Row[] = [];
  for (const demo of demos) rows.push(await show(demo));

  heading('Times and sizes');
  printTable(rows);
  process.stdout.write(`\nThe AppImages are in ${output}.\n`);
} catch (error) {
  if (!(error instanceof DemoFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
