import { type Place, place } from './fixture.ts';
import { lacks, ordinaryUser } from './host.ts';
import type { RunOptions } from './run.ts';

/** One way to start an image, chosen by APPIMAGE_MOUNT. */
export interface Rung {
  readonly rung: 'root' | 'fusermount' | 'userns' | 'extract';
  readonly by: string;
  readonly user?: number;
  readonly skip: boolean;
  readonly mounts: boolean;
}

export const rungs: readonly Rung[] = [
  { rung: 'root', by: 'root', skip: lacks('mksquashfs', 'root', '/dev/fuse'), mounts: true },
  {
    rung: 'fusermount',
    by: 'a user',
    user: ordinaryUser,
    skip: lacks('mksquashfs', 'fusermount3', '/dev/fuse'),
    mounts: true,
  },
  { rung: 'userns', by: 'root', skip: lacks('mksquashfs', 'root', '/dev/fuse'), mounts: true },
  { rung: 'extract', by: 'a user', user: ordinaryUser, skip: lacks('mksquashfs'), mounts: false },
];

/** How to run an image by that rung, and where it leaves its traces. */
export function prepare({ rung, user }: Rung, env: RunOptions['env'] = {}): { where: Place; options: RunOptions } {
  const where = place(user);
  const options = { env: { ...where.env, APPIMAGE_MOUNT: rung, ...env }, ...(user === undefined ? {} : { uid: user }) };
  return { where, options };
}
