import { performance } from 'node:perf_hooks';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { type Contestant, median, type Race } from '../measure.ts';

/** The least that the command can do, beside the least that Node can do. */
export async function* version(folder: BenchFolder): AsyncGenerator<Race> {
  const turns = folder.short ? 1 : 10;
  yield {
    work: 'appimage --version',
    contestants: [
      { ...command('appimage --version', [folder.command, '--version'], /^\S*\d+\.\d+\.\d+/, turns), ours: true },
      command('node -e 0', ['-e', '0'], /^$/, turns),
    ],
    targets: { 'node -e 0': 1.3 },
  };
}

function command(name: string, args: string[], expected: RegExp, turns: number): Contestant {
  return {
    name,
    measure: async () => {
      const times: number[] = [];
      for (let turn = 0; turn < turns; turn++) {
        const start = performance.now();
        const { stdout } = await execa(process.execPath, args);
        times.push(performance.now() - start);
        if (!expected.test(stdout)) throw new Error(`Cannot accept ${name}: expected ${expected}, found "${stdout}"`);
      }
      return median(times);
    },
  };
}
