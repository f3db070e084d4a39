import { appendFileSync, copyFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseZsync } from '@appimage-js/format';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { bigBinary } from '../inputs.ts';
import { missingProgram } from '../machine.ts';
import { makeZsync } from '../make-zsync.ts';
import { type Contestant, type Race, timed } from '../measure.ts';

/** The control file for a file of 198 MB: within this process, and in one of its own, as the peer is. */
export async function* zsync(folder: BenchFolder): AsyncGenerator<Race> {
  const binary = join(bigBinary(folder).path, 'usr/bin/app');
  const file = join(folder.scratch, 'zsync.bin');
  copyFileSync(binary, file);
  appendFileSync(file, readFileSync(binary));
  const output = (name: string) => join(folder.scratch, `${name}.zsync`);
  const reference = output('reference');
  const missing = await missingProgram('zsyncmake', 'zsync');
  const peer = (target: string) => execa('zsyncmake', ['-Z', '-u', 'zsync.bin', '-o', target, file]);
  if (missing === undefined) await peer(reference);

  const contestant = (name: string, make: (target: string) => PromiseLike<unknown>): Contestant => ({
    name,
    prepare: async () => rmSync(output(name), { force: true }),
    measure: timed(() => make(output(name))),
    bytes: async () => statSync(output(name)).size,
    verify: async () => {
      if (missing === undefined && sumsOf(output(name)) !== sumsOf(reference)) {
        throw new Error(`Cannot accept what ${name} has made: its sums are not those of zsyncmake`);
      }
    },
  });
  const program = join(import.meta.dirname, '../make-zsync.ts');
  yield {
    work: `zsync of ${statSync(file).size / 1e6} MB`,
    contestants: [
      { ...contestant('computeZsync', (target) => makeZsync(file, target)), ours: true },
      {
        ...contestant('computeZsync, and node', (target) => execa(process.execPath, [program, file, target])),
        ours: true,
      },
      { ...contestant('zsyncmake', peer), missing },
    ],
    targets: { zsyncmake: 1 },
  };
  rmSync(file);
}

/** All that a client compares with, as text. */
function sumsOf(path: string): string {
  const { blockSize, length, hashLengths, sha1, sums } = parseZsync(readFileSync(path));
  const tables = [sums.weak, sums.strong].map(({ buffer }) => Buffer.from(buffer).toString('base64'));
  return JSON.stringify({ blockSize, length, hashLengths, sha1, tables });
}
