import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeSquashfs } from '@appimage-js/format';
import { nodeCompressor, openFileSink } from '@appimage-js/format/node';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { METHODS } from '../command.ts';
import { crowd } from '../crowd.ts';
import { missingProgram } from '../machine.ts';
import { type Contestant, type Race, timed } from '../measure.ts';

/** What both sides can print: names alone, or a line with mode, owner, size and time for each. */
const FORMS = [
  { name: 'names', ours: [], peer: ['-l'] },
  { name: 'long', ours: ['--long'], peer: ['-ll'] },
] as const;

/** The names of very many files. */
export async function* list(folder: BenchFolder): AsyncGenerator<Race> {
  const missing = await missingProgram('unsquashfs', 'squashfs-tools');
  const [directories, files] = folder.short ? [10, 99] : [1000, 99];
  const count = directories * (files + 1);
  for (const { comp, level } of METHODS) {
    const image = join(folder.scratch, `list-${comp}.squashfs`);
    await using sink = await openFileSink(image);
    await writeSquashfs({ root: crowd(directories, files), sink, compressor: nodeCompressor(comp, level) });
    for (const form of FORMS) {
      const ours: Contestant = {
        name: `appimage ls ${form.ours.join('')}`.trimEnd(),
        ours: true,
        measure: timed(() => execa(process.execPath, [folder.command, 'ls', ...form.ours, image])),
        verify: async () => expectLines(await execa(process.execPath, [folder.command, 'ls', image]), count),
      };
      const peer: Contestant = {
        name: `unsquashfs ${form.peer.join('')}`,
        missing,
        measure: timed(() => execa('unsquashfs', [...form.peer, image])),
      };
      yield {
        work: `list ${count} entries, ${form.name}, ${comp}`,
        contestants: [ours, peer],
        targets: { [peer.name]: 1 },
      };
    }
    rmSync(image);
  }
}

function expectLines({ stdout }: { readonly stdout: string }, count: number): void {
  const found = new Set(stdout.split('\n')).size;
  if (found !== count) throw new Error(`Cannot accept listing: expected ${count} different lines, found ${found}`);
}
