import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchFolder } from '../bench-folder.ts';
import { build, payloadOf } from '../command.ts';
import { bigBinary } from '../inputs.ts';
import { missingProgram } from '../machine.ts';
import { type Contestant, type Race, timed } from '../measure.ts';
import { forgetPages, type Mount, mountByItself, mounter, reasonNotToMount } from '../mounts.ts';

/** The big file of the input. */
const FILE = 'usr/bin/app';

/** One big file, read from start to end through a mount, nothing of it in the page cache. */
export async function* read(folder: BenchFolder): AsyncGenerator<Race> {
  const input = bigBinary(folder);
  const image = join(folder.scratch, 'read.AppImage');
  await build(folder, input, image, { comp: 'zstd', level: 15 });
  const { offset } = await payloadOf(folder, image);
  const mountPoint = join(folder.scratch, 'read');
  mkdirSync(mountPoint);
  const expected = digest(join(input.path, FILE));

  const kernelMount = mounter('mount', ['-t', 'squashfs', '-o', `loop,ro,offset=${offset}`, image], mountPoint);
  const squashfuse = mounter('squashfuse_ll', ['-o', `offset=${offset}`, image], mountPoint);

  yield {
    work: `read ${input.name} through the mount, cold`,
    contestants: [
      { ...reader('the native runtime', image, () => mountByItself(image), expected), ours: true },
      {
        ...reader('squashfuse_ll', image, squashfuse, expected),
        missing: await missingProgram('squashfuse_ll', 'squashfuse'),
      },
      { ...reader('kernel squashfs', image, kernelMount, expected), missing: await reasonNotToMount(kernelMount) },
    ],
    targets: { squashfuse_ll: 0.6, 'kernel squashfs': 1 },
  };
}

function reader(name: string, image: string, mount: () => Promise<Mount>, expected: string): Contestant {
  let mounted: Mount | undefined;
  return {
    name,
    prepare: async () => {
      await forgetPages(image);
      mounted = await mount();
    },
    measure: timed(() => readToEnd(join(mounted?.path ?? '', FILE))),
    verify: async () => {
      if (digest(join(mounted?.path ?? '', FILE)) !== expected) {
        throw new Error(`Cannot accept what ${name} has read: it is not what was packed`);
      }
    },
    cleanUp: async () => mounted?.unmount(),
  };
}

function readToEnd(path: string): void {
  const buffer = Buffer.allocUnsafe(2 ** 20);
  const file = openSync(path, 'r');
  while (readSync(file, buffer) > 0);
  closeSync(file);
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
