import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elfRuntime, shellRuntime } from '@appimage-js/runtime-shim';
import { buildStatic, CONTENT, USER } from '@appimage-js/runtime-shim/test/hosts';
import { type Oracle, run } from '@appimage-js/testing';

/** A kind of image, and how one is made of a tree. */
export interface ImageKind {
  /** As the page for users names it. */
  readonly name: string;
  readonly needs: readonly Oracle[];
  write(tree: string, file: string): Promise<void>;
}

/** A SquashFS image behind the native runtime. */
async function typeTwo(tree: string, file: string, compression: string): Promise<void> {
  writeFileSync(file, Buffer.concat([await elfRuntime('x86_64'), squashfs(tree, file, compression)]));
}

function squashfs(tree: string, file: string, compression: string): Uint8Array {
  const payload = `${file}.payload`;
  run('mksquashfs', [tree, payload, '-noappend', '-quiet', '-no-progress', '-all-root', '-comp', compression]);
  return readFileSync(payload);
}

function compressedBy(compression: string): ImageKind {
  return { name: `type 2, ${compression}`, needs: [], write: (tree, file) => typeTwo(tree, file, compression) };
}

const STORE = 'nix/store/00000000000000000000000000000000-app';

export const kinds: readonly ImageKind[] = [
  compressedBy('gzip'),
  compressedBy('zstd'),
  compressedBy('xz'),
  // What no runtime of ours opens: unpacked by the command, as DwarFS is.
  compressedBy('lzo'),
  {
    name: 'type 1',
    needs: ['xorriso'],
    async write(tree, file) {
      run('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-o', file, tree]);
      const image = readFileSync(file);
      // ISO 9660 leaves 32 KiB to whoever wants to be started; here that is the start of a program, which nobody runs.
      image.set((await elfRuntime('x86_64')).subarray(0, 8192));
      image.set([0x41, 0x49, 0x01], 8);
      writeFileSync(file, image);
    },
  },
  {
    name: 'shImg',
    needs: [],
    async write(tree, file) {
      const payload = squashfs(tree, file, 'gzip');
      const kind = { kind: 'squashfs', compression: 'gzip' } as const;
      const { bytes } = await shellRuntime({ payload: kind, architectures: ['x86_64'] });
      writeFileSync(file, Buffer.concat([bytes, payload]));
    },
  },
  {
    name: 'NixAppImage',
    needs: [],
    async write(tree, file) {
      mkdirSync(join(tree, STORE, 'bin'), { recursive: true });
      mkdirSync(join(tree, 'mountroot'));
      copyFileSync(join(tree, 'AppRun'), join(tree, STORE, 'bin/app'));
      symlinkSync(`/${STORE}/bin/app`, join(tree, 'entrypoint'));
      await typeTwo(tree, file, 'zstd');
    },
  },
  {
    name: 'DwarFS',
    needs: ['mkdwarfs', 'dwarfsextract'],
    async write(tree, file) {
      run('mkdwarfs', ['-i', tree, '-o', `${file}.payload`]);
      writeFileSync(file, Buffer.concat([await elfRuntime('x86_64'), readFileSync(`${file}.payload`)]));
    },
  },
  {
    name: 'AppDir',
    needs: [],
    write: async (tree, file) => cpSync(tree, file, { recursive: true, verbatimSymlinks: true }),
  },
];

/**
 * Writes what the hosts start into a folder, which they see as /mnt: `image/test.AppImage` and its like of that kind,
 * `image/nested.AppImage` with one of type 2 inside, a folder `report` that everyone may write to, and `without`.
 */
export async function writeImages(folder: string, kind: ImageKind): Promise<void> {
  const [work, images, report] = [join(folder, 'work'), join(folder, 'image'), join(folder, 'report')];
  for (const path of [work, images, report, join(folder, 'home'), join(folder, 'root')]) mkdirSync(path);
  chmodSync(report, 0o777);
  const application = buildStatic('application', work);
  copyFileSync(buildStatic('without', work), join(folder, 'without'));

  const inner = join(work, 'inner');
  await typeTwo(writeTree(join(work, 'inner.tree'), application), inner, 'gzip');
  const image = join(images, 'test.AppImage');
  await kind.write(writeTree(join(work, 'tree'), application), image);
  chmodSync(image, 0o755);
  const tree = writeTree(join(work, 'nested.tree'), application);
  cpSync(inner, join(tree, 'inner'));
  chmodSync(join(tree, 'inner'), 0o755);
  await kind.write(tree, join(images, 'nested.AppImage'));

  const ofUser = join(images, 'private.AppImage');
  cpSync(image, ofUser, { recursive: true, verbatimSymlinks: true });
  run('chown', ['-R', `${USER}`, ofUser]);
  chmodSync(ofUser, 0o700);
  const unreadable = join(images, 'unreadable.AppImage');
  cpSync(image, unreadable, { recursive: true, verbatimSymlinks: true });
  chmodSync(unreadable, 0o711);
}

function writeTree(tree: string, application: string): string {
  mkdirSync(tree);
  writeFileSync(join(tree, 'content'), CONTENT);
  copyFileSync(application, join(tree, 'AppRun'));
  chmodSync(join(tree, 'AppRun'), 0o755);
  return tree;
}

/** The kind of that name. */
export function kindNamed(name: string): ImageKind {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`There is no kind "${name}"`);
  return kind;
}
