import { createInterface } from 'node:readline';
import { execa } from 'execa';

/** A file system that is mounted, and the way to end that. */
export interface Mount {
  readonly path: string;
  unmount(): Promise<void>;
}

/** A program that mounts, given its arguments, and then the mount point as the last of them. */
export function mounter(program: string, args: readonly string[], mountPoint: string): () => Promise<Mount> {
  return async () => {
    await execa(program, [...args, mountPoint]);
    return { path: mountPoint, unmount: async () => void (await execa('umount', [mountPoint])) };
  };
}

/** Mounts by a runtime, which prints where and stays until it is told to end. */
export async function mountByItself(program: string, env: Readonly<Record<string, string>> = {}): Promise<Mount> {
  const runtime = execa(program, ['--appimage-mount'], { reject: false, buffer: false, stdin: 'ignore', env });
  const unmount = async (): Promise<void> => {
    runtime.kill('SIGTERM');
    await runtime;
  };
  for await (const path of createInterface(runtime.stdout)) return { path, unmount };
  throw new Error(`Cannot mount by ${program}: the runtime ended without a word`);
}

/** Undefined where that mount can be made. */
export async function reasonNotToMount(mount: () => Promise<Mount>): Promise<string | undefined> {
  try {
    await (await mount()).unmount();
    return undefined;
  } catch {
    return 'cannot be mounted here (needs root and a loop device)';
  }
}

/** Writes back what is dirty, then asks the kernel to forget the pages of this one file. */
export async function forgetPages(file: string): Promise<void> {
  await execa('sync', [file]);
  await execa('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);
}
