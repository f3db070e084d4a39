import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeSquashfs } from '@appimage-js/format';
import { nodeCompressor, openFileSink } from '@appimage-js/format/node';
import { execa } from 'execa';
import { type BenchFolder, checkout } from '../bench-folder.ts';
import { crowd } from '../crowd.ts';
import { missingProgram } from '../machine.ts';
import { type Contestant, type Race, timed } from '../measure.ts';
import { forgetPages, type Mount, mountByItself, mounter, reasonNotToMount } from '../mounts.ts';

/** How the files are spread: many directories, and all of them in one. */
const SHAPES = [
  { name: 'in 1,000 directories', directories: 1000, files: 99 },
  { name: 'in one directory', directories: 1, files: 99_999 },
] as const;

/** A walk with the attributes of every file, through a mount that nothing is known of yet. */
export async function* walk(folder: BenchFolder): AsyncGenerator<Race> {
  const runtime = join(
    checkout,
    `packages/runtime-shim/dist/runtime-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`,
  );
  const mountPoint = join(folder.scratch, 'walk');
  mkdirSync(mountPoint);
  for (const shape of SHAPES) {
    const files = folder.short ? Math.min(shape.files, 200) : shape.files;
    const directories = folder.short ? Math.min(shape.directories, 10) : shape.directories;
    const count = directories * (files + 1);
    const image = join(folder.scratch, 'walk.squashfs');
    {
      await using sink = await openFileSink(image);
      await writeSquashfs({ root: crowd(directories, files), sink, compressor: nodeCompressor('zstd', 15) });
    }
    const kernelMount = mounter('mount', ['-t', 'squashfs', '-o', 'loop,ro', image], mountPoint);
    const own = () => mountByItself(runtime, { TARGET_APPIMAGE: image });
    yield {
      work: `walk ${count} files ${shape.name} through the mount, cold`,
      contestants: [
        { ...walker('the native runtime', image, own, count), ours: true },
        {
          ...walker('squashfuse_ll', image, mounter('squashfuse_ll', [image], mountPoint), count),
          missing: await missingProgram('squashfuse_ll', 'squashfuse'),
        },
        { ...walker('kernel squashfs', image, kernelMount, count), missing: await reasonNotToMount(kernelMount) },
      ],
      targets: { squashfuse_ll: 1 },
    };
    rmSync(image);
  }
}

function walker(name: string, image: string, mount: () => Promise<Mount>, count: number): Contestant {
  let mounted: Mount | undefined;
  return {
    name,
    prepare: async () => {
      await forgetPages(image);
      mounted = await mount();
    },
    measure: timed(() => execa('find', [mounted?.path ?? '', '-ls'], { stdout: 'ignore' })),
    verify: async () => {
      const { stdout } = await execa('find', [mounted?.path ?? '', '-mindepth', '1', '-printf', '%i\\n']);
      const found = new Set(stdout.split('\n')).size;
      if (found !== count)
        throw new Error(`Cannot accept the walk of ${name}: expected ${count} files, found ${found}`);
    },
    cleanUp: async () => mounted?.unmount(),
  };
}
