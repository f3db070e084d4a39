import type { Oracle } from '@appimage-js/testing';
import { type Place, place } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import type { RunOptions } from './run.ts';

/** One way to start an image, chosen by APPIMAGE_MOUNT. */
export interface Rung {
  readonly rung: 'root' | 'fusermount' | 'userns' | 'extract';
  readonly by: string;
  readonly user?: number;
  readonly needs: readonly Oracle[];
  readonly mounts: boolean;
}

export const byRoot: Rung = { rung: 'root', by: 'root', needs: ['mksquashfs', 'root', '/dev/fuse'], mounts: true };

export const rungs: readonly Rung[] = [
  byRoot,
  {
    rung: 'fusermount',
    by: 'a user',
    user: ordinaryUser,
    needs: ['mksquashfs', 'fusermount3', '/dev/fuse'],
    mounts: true,
  },
  { rung: 'userns', by: 'root', needs: ['mksquashfs', 'root', '/dev/fuse'], mounts: true },
  { rung: 'extract', by: 'a user', user: ordinaryUser, needs: ['mksquashfs'], mounts: false },
];

/** How to run an image by that rung, and where it leaves its traces. */
export function prepare({ rung, user }: Rung, env: RunOptions['env'] = {}): { where: Place; options: RunOptions } {
  const where = place(user);
  const options = { env: { ...where.env, APPIMAGE_MOUNT: rung, ...env }, ...(user === undefined ? {} : { uid: user }) };
  return { where, options };
}
