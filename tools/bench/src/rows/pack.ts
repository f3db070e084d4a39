import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeSquashfs } from '@appimage-js/format';
import { nodeCompressor, openFileSink } from '@appimage-js/format/node';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { build, METHODS, type Method, type Payload, payloadOf } from '../command.ts';
import { diskTree } from '../disk-tree.ts';
import { bigBinary, type Input, smallFiles } from '../inputs.ts';
import { missingProgram } from '../machine.ts';
import { type Contestant, type Race, timed } from '../measure.ts';
import { SUPPLIED, treeDigest } from '../tree-digest.ts';

/** An application directory into an image: as a command with its runtime, and the file system alone. */
export async function* pack(folder: BenchFolder): AsyncGenerator<Race> {
  const missing = await missingProgram('mksquashfs', 'squashfs-tools');
  for (const input of [smallFiles(folder), bigBinary(folder)]) {
    for (const method of METHODS) {
      yield {
        work: `pack ${input.name}, ${method.comp} ${method.level}`,
        contestants: [
          { ...command(folder, input, method), ours: true },
          { ...library(folder, input, method), ours: true },
          { ...mksquashfs(folder, input, method), missing },
        ],
        targets: { mksquashfs: 1 },
      };
    }
  }
}

function command(folder: BenchFolder, input: Input, method: Method): Contestant {
  const output = join(folder.scratch, 'command.AppImage');
  return {
    name: 'appimage build',
    prepare: async () => rmSync(output, { force: true }),
    measure: timed(() => build(folder, input, output, method)),
    bytes: async () => (await payloadOf(folder, output)).length,
    verify: async () => expectSameTree(folder, input, output, await payloadOf(folder, output)),
  };
}

function library(folder: BenchFolder, input: Input, { comp, level }: Method): Contestant {
  const output = join(folder.scratch, 'library.squashfs');
  return {
    name: 'writeSquashfs',
    prepare: async () => rmSync(output, { force: true }),
    measure: timed(async () => {
      await using sink = await openFileSink(output);
      await writeSquashfs({ root: diskTree(input.path), sink, compressor: nodeCompressor(comp, level) });
    }),
    bytes: async () => statSync(output).size,
    verify: () => expectSameTree(folder, input, output),
  };
}

function mksquashfs(folder: BenchFolder, input: Input, { comp, level }: Method): Contestant {
  const output = join(folder.scratch, 'peer.squashfs');
  const compression = ['-comp', comp, '-Xcompression-level', String(level), '-b', '128K'];
  return {
    name: 'mksquashfs',
    prepare: async () => rmSync(output, { force: true }),
    measure: timed(async () => {
      await execa('mksquashfs', [
        input.path,
        output,
        ...compression,
        '-all-root',
        '-noappend',
        '-no-progress',
        '-quiet',
      ]);
    }),
    bytes: async () => statSync(output).size,
    verify: () => expectSameTree(folder, input, output),
  };
}

async function expectSameTree(folder: BenchFolder, input: Input, image: string, payload?: Payload): Promise<void> {
  if ((await missingProgram('unsquashfs', 'squashfs-tools')) !== undefined) return;
  const unpacked = join(folder.scratch, 'unpacked');
  await execa('unsquashfs', [
    '-no-progress',
    '-quiet',
    '-dest',
    unpacked,
    '-offset',
    String(payload?.offset ?? 0),
    image,
  ]);
  const same = treeDigest(unpacked, SUPPLIED) === treeDigest(input.path, SUPPLIED);
  rmSync(unpacked, { recursive: true });
  if (!same) throw new Error(`Cannot accept ${image}: what unsquashfs unpacks is not what was packed`);
}
