import { mkdir, rmdir } from 'node:fs/promises';
import { AppImageError } from '../../errors.ts';
import { ioError } from '../io-error.ts';
import { HostFolder } from './host-folder.ts';
import type { OpenByToolOptions, OpenedFiles } from './opened-files.ts';
import { findOnPath, runTool } from './run-tool.ts';

/** What unmounts without root's rights, and how: also while somebody still has a file open. */
const UNMOUNTERS = [
  ['fusermount3', '-uz'],
  ['fusermount', '-uz'],
  ['umount', '-l'],
] as const;

/** Lets the FUSE driver `dwarfs` mount an image where nobody else comes to, for as long as it is needed. */
export async function mountImage({ program, image, folder, limits, signal }: OpenByToolOptions): Promise<OpenedFiles> {
  const mountPoint = `${folder}/mounted`;
  await mkdir(mountPoint, { mode: 0o700 }).catch((cause: unknown) => {
    throw ioError(`Cannot create ${mountPoint}`, mountPoint, cause);
  });
  try {
    await runToEnd(program, [image.path, mountPoint, '-o', `ro,offset=${image.offset}`], signal);
    signal?.throwIfAborted();
  } catch (error) {
    // A driver that was ended, or fails late, may have mounted before.
    await unmount(mountPoint).catch(() => undefined);
    throw error;
  }
  return { files: new HostFolder(mountPoint, limits), close: () => unmount(mountPoint) };
}

async function unmount(mountPoint: string): Promise<void> {
  for (const [name, option] of UNMOUNTERS) {
    const program = findOnPath(name);
    if (program === undefined) continue;
    await runToEnd(program, [option, mountPoint]);
    await rmdir(mountPoint);
    return;
  }
  const names = UNMOUNTERS.map(([name]) => name).join(', ');
  throw new AppImageError(
    'unsupported',
    `Cannot unmount ${mountPoint}: expected one of ${names} on the PATH, found none`,
    {
      path: mountPoint,
    },
  );
}

async function runToEnd(program: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  for await (const _ of runTool(program, args, { signal })); // what it prints is for people
}
