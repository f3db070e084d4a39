import {
  appendFileSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type RangeServer, serveRanges } from '@appimage-js/testing/range-server';
import { seededRandom } from '@appimage-js/testing/seeded-random';
import { execa } from 'execa';
import { type BenchFolder, checkout } from '../bench-folder.ts';
import { build } from '../command.ts';
import { bigBinary, type Input } from '../inputs.ts';
import { missingProgram } from '../machine.ts';
import { makeZsync } from '../make-zsync.ts';
import { type Race, timed } from '../measure.ts';

/**
 * A file of 198 MB from a control file and an older one that has 90 % of it; then two patch versions of an application, as two
 * builders pack them. What is counted as bytes is what was fetched, the control file too.
 */
export async function* zsyncApply(folder: BenchFolder): AsyncGenerator<Race> {
  const binary = join(bigBinary(folder).path, 'usr/bin/app');
  const [target, seed] = [join(folder.scratch, 'target.bin'), join(folder.scratch, 'seed.bin')];
  copyFileSync(binary, target);
  appendFileSync(target, readFileSync(binary));
  writeSeed(target, seed);
  yield* race(folder, `zsync applied to ${statSync(target).size / 1e6} MB, seed of 90 %`, { target, seed });

  const [older, newer] = patchVersions(folder);
  for (const [name, pack] of [
    ['our builder', (input: Input, output: string) => build(folder, input, output, { comp: 'zstd', level: 3 })],
    ['mksquashfs', (input: Input, output: string) => mksquashfs(input.path, output)],
  ] as const) {
    if (name === 'mksquashfs' && (await missingProgram('mksquashfs', 'squashfs-tools')) !== undefined) continue;
    await pack(older, seed);
    await pack(newer, target);
    yield* race(folder, `zsync applied to a patch version (${statSync(target).size / 1e6} MB) by ${name}`, {
      target,
      seed,
    });
  }
}

async function* race(
  folder: BenchFolder,
  work: string,
  { target, seed }: { readonly target: string; readonly seed: string },
): AsyncGenerator<Race> {
  const control = join(folder.scratch, 'target.bin.zsync');
  await makeZsync(target, control);
  await using server = await serveRanges({
    'target.bin': readFileSync(target),
    'target.bin.zsync': readFileSync(control),
  });
  const program = join(import.meta.dirname, '../apply-zsync.ts');
  const { PATH = '' } = process.env;
  const ours = contestant(folder, server, target, 'fetchUpdate, and node', async (url, output) => {
    const { stdout } = await execa(process.execPath, [program, url, seed, output]);
    process.stderr.write(`  ${stdout}\n`);
  });
  const peer = contestant(folder, server, target, 'zsync', (url, output) =>
    // Past any proxy that the environment names.
    execa('zsync', ['-q', '-i', seed, '-o', output, url], { extendEnv: false, env: { PATH } }),
  );
  const missing = await missingProgram('zsync', 'zsync');
  yield {
    work,
    contestants: [
      { ...ours, ours: true },
      { ...peer, missing },
    ],
    targets: { zsync: 1 },
  };
}

function contestant(
  { scratch }: BenchFolder,
  server: RangeServer,
  target: string,
  name: string,
  apply: (url: string, output: string) => PromiseLike<unknown>,
) {
  const output = join(scratch, `${name.split(',', 1)[0]}.out`);
  const sent = () => [...server.sent.values()].reduce((sum, bytes) => sum + bytes, 0);
  let before = 0;
  let fetched = 0;
  return {
    name,
    prepare: async () => {
      rmSync(output, { force: true });
      before = sent();
    },
    measure: timed(async () => {
      await apply(`${server.url}target.bin.zsync`, output);
      fetched = sent() - before;
    }),
    bytes: async () => fetched,
    verify: async () => {
      if (Buffer.compare(readFileSync(output), readFileSync(target)) === 0) return;
      throw new Error(`Cannot accept what ${name} has put together: it is another file`);
    },
    cleanUp: async () => rmSync(output, { force: true }),
  };
}

/** An older version: noise instead of a tenth of the file, in forty places, every other of which is a little longer. */
function writeSeed(target: string, seed: string): void {
  const content = readFileSync(target);
  const random = seededRandom(1);
  const step = Math.floor(content.length / 40);
  const file = openSync(seed, 'w');
  for (let place = 0; place < 40; place++) {
    const start = place * step;
    const noise = Uint32Array.from({ length: Math.ceil(step / 40) + (place % 2) * 3 }, () => random() * 2 ** 32);
    writeSync(file, content.subarray(start, start + Math.floor(step * 0.9)));
    writeSync(file, new Uint8Array(noise.buffer));
  }
  closeSync(file);
}

/** A program and its files, and the version after it: another version number everywhere, and a line more in two files. */
function patchVersions(folder: BenchFolder): [Input, Input] {
  const input = bigBinary(folder);
  const library = join(checkout, 'node_modules/typescript/lib');
  const versions = ['1.0.0', '1.0.1'].map((version): Input => {
    const path = join(folder.scratch, `app-${version}`);
    cpSync(input.path, path, { recursive: true });
    const files = join(path, 'usr/lib/app');
    mkdirSync(files, { recursive: true });
    for (const name of existsSync(library) ? readdirSync(library) : []) {
      if (!/\.(js|ts)$/.test(name)) continue;
      const text = readFileSync(join(library, name), 'latin1').replaceAll(/\b\d\.\d\.\d\b/g, version);
      const middle = text.indexOf('\n', text.length / 2) + 1;
      const isPatched = version === '1.0.1' && /^(typescript|lib\.dom\.d)\./.test(name);
      const more = isPatched ? `${text.slice(0, middle)}// A line more.\n${text.slice(middle)}` : text;
      writeFileSync(join(files, name), more, 'latin1');
    }
    return { name: version, path };
  });
  return versions as [Input, Input];
}

async function mksquashfs(path: string, output: string): Promise<void> {
  rmSync(output, { force: true });
  const times = ['-mkfs-time', '0', '-all-time', '0'];
  await execa('mksquashfs', [
    path,
    output,
    '-comp',
    'zstd',
    '-Xcompression-level',
    '3',
    '-all-root',
    ...times,
    '-quiet',
    '-no-progress',
  ]);
}
