import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { BenchFolder } from '../bench-folder.ts';
import { build, payloadOf } from '../command.ts';
import { bigBinary } from '../inputs.ts';
import { missingProgram } from '../machine.ts';
import { type Contestant, type Race, timed } from '../measure.ts';

/** The big file of the input. */
const FILE = 'usr/bin/app';

/** A file system that is mounted, and the way to end that. */
interface Mount {
  readonly path: string;
  unmount(): Promise<void>;
}

/** One big file, read from start to end through a mount, nothing of it in the page cache. */
export async function* read(folder: BenchFolder): AsyncGenerator<Race> {
  const input = bigBinary(folder);
  const image = join(folder.scratch, 'read.AppImage');
  await build(folder, input, image, { comp: 'zstd', level: 15 });
  const { offset } = await payloadOf(folder, image);
  const mountPoint = join(folder.scratch, 'read');
  mkdirSync(mountPoint);
  const expected = digest(join(input.path, FILE));

  const mountWith = (program: string, args: string[]) => async (): Promise<Mount> => {
    await execa(program, args);
    return { path: mountPoint, unmount: async () => void (await execa('umount', [mountPoint])) };
  };
  const kernelMount = mountWith('mount', ['-t', 'squashfs', '-o', `loop,ro,offset=${offset}`, image, mountPoint]);

  yield {
    work: `read ${input.name} through the mount, cold`,
    contestants: [
      { ...reader('the native runtime', image, () => mountByItself(image), expected), ours: true },
      {
        ...reader(
          'squashfuse_ll',
          image,
          mountWith('squashfuse_ll', ['-o', `offset=${offset}`, image, mountPoint]),
          expected,
        ),
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
      // Writes back what is dirty, then asks the kernel to forget the pages of this one file.
      await execa('sync', [image]);
      await execa('dd', [`if=${image}`, 'iflag=nocache', 'count=0', 'status=none']);
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

/** Mounts an image by its own runtime, which prints where and stays until it is told to end. */
async function mountByItself(image: string): Promise<Mount> {
  const runtime = execa(image, ['--appimage-mount'], { reject: false, buffer: false, stdin: 'ignore' });
  const unmount = async (): Promise<void> => {
    runtime.kill('SIGTERM');
    await runtime;
  };
  for await (const path of createInterface(runtime.stdout)) return { path, unmount };
  throw new Error(`Cannot mount ${image}: the runtime ended without a word`);
}

async function reasonNotToMount(mount: () => Promise<Mount>): Promise<string | undefined> {
  try {
    await (await mount()).unmount();
    return undefined;
  } catch {
    return 'cannot be mounted here (needs root and a loop device)';
  }
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
