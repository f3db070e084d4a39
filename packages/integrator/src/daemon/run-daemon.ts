import { AppImageError } from '@appimage-js/format';
import { tryLock } from '../manifest/lock.ts';
import { manifestPath } from '../manifest/manifest-file.ts';
import { Daemon, type DaemonOptions } from './daemon.ts';

/**
 * Syncs whenever something happens that a sync would see, until the signal is aborted; then it ends as if nothing had been wrong. Files that are
 * being written are let be until they are done; a sync that fails is told and tried again.
 *
 * @throws AppImageError `not-permitted` where a daemon of this user is running for these places
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  await using lock = await tryLock(`daemon of ${manifestPath(options.places)}`);
  if (lock === undefined) {
    throw new AppImageError('not-permitted', 'Cannot start daemon: expected to be the only one, found one running');
  }
  using daemon = new Daemon(options);
  await daemon.run();
}
