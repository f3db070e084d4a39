import { mountTmpfs, run, temporaryFolder } from '@appimage-js/testing';
import { onTestFinished } from 'vitest';

/** A medium, which is there at first. */
export interface Medium {
  readonly mountPoint: string;
  readonly attach: () => void;
  readonly detach: () => void;
}

/** A medium that can be taken away and put back with what is on it, as by its bind mount. */
export function makeMedium(): Medium {
  const [store, mountPoint] = [mountTmpfs(temporaryFolder(), '8m'), temporaryFolder()];
  let isThere = false;
  const attach = () => {
    run('mount', ['--bind', store, mountPoint]);
    isThere = true;
  };
  const detach = () => {
    run('umount', [mountPoint]);
    isThere = false;
  };
  attach();
  onTestFinished(() => {
    if (isThere) detach();
  });
  return { mountPoint, attach, detach };
}
