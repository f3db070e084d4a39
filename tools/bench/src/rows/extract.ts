import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { build, METHODS, payloadOf } from '../command.ts';
import { bigBinary, smallFiles } from '../inputs.ts';
import { missingProgram } from '../machine.ts';
import { type Contestant, type Race, timed } from '../measure.ts';
import { SUPPLIED, treeDigest } from '../tree-digest.ts';

/** An image back into a folder. */
export async function* extract(folder: BenchFolder): AsyncGenerator<Race> {
  const missing = await missingProgram('unsquashfs', 'squashfs-tools');
  for (const input of [smallFiles(folder), bigBinary(folder)]) {
    for (const method of METHODS) {
      const image = join(folder.scratch, `extract-${method.comp}.AppImage`);
      await build(folder, input, image, method);
      const { offset } = await payloadOf(folder, image);
      const target = join(folder.scratch, 'extracted');
      const common = {
        prepare: async () => rmSync(target, { recursive: true, force: true }),
        verify: async () => {
          if (treeDigest(target, SUPPLIED) !== treeDigest(input.path, SUPPLIED)) {
            throw new Error(`Cannot accept what was extracted from ${image}: it is not what was packed`);
          }
        },
      };
      const ours: Contestant = {
        ...common,
        name: 'appimage extract',
        ours: true,
        measure: timed(() => execa(process.execPath, [folder.command, 'extract', image, '-d', target])),
      };
      const peer: Contestant = {
        ...common,
        name: 'unsquashfs',
        missing,
        measure: timed(() =>
          execa('unsquashfs', ['-no-progress', '-quiet', '-dest', target, '-offset', String(offset), image]),
        ),
      };
      yield {
        work: `extract ${input.name}, ${method.comp} ${method.level}`,
        contestants: [ours, peer],
        targets: { unsquashfs: 1 },
      };
      rmSync(image);
    }
  }
}
