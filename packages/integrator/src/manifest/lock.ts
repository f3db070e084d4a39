import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { sha256 } from '../files/hash.ts';

const POLL_MILLISECONDS = 50;
/** A first sync of a thousand applications takes some minutes. */
const WAIT_MILLISECONDS = 300_000;

/**
 * Takes the lock of a manifest until it is disposed of: an abstract socket, which the system takes away with its owner, however that ends.
 *
 * @throws AppImageError `not-permitted` when another process goes on having it
 */
export async function lockManifest(path: string, signal?: AbortSignal): Promise<AsyncDisposable> {
  const end = performance.now() + WAIT_MILLISECONDS;
  while (true) {
    signal?.throwIfAborted();
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    if (performance.now() >= end) {
      throw new AppImageError(
        'not-permitted',
        `Cannot sync: the one under way must end within ${WAIT_MILLISECONDS / 60_000} minutes, found that it goes on; try again later`,
      );
    }
    await delay(POLL_MILLISECONDS, undefined, { signal });
  }
}

/** Takes a lock of this user, by whatever name, if nobody has it; the system takes it away with its owner. */
export async function tryLock(name: string): Promise<AsyncDisposable | undefined> {
  return tryListen(`\0appimage-integrator-${process.getuid?.() ?? 0}-${sha256(name).slice(0, 40)}`);
}

async function tryListen(path: string): Promise<AsyncDisposable | undefined> {
  const server = createServer((connection) => connection.destroy());
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen({ path, exclusive: true }, () => resolve(undefined));
  });
  if (error?.code === 'EADDRINUSE') return undefined;
  if (error !== undefined) throw ioError('Cannot take lock', path.replace('\0', '@'), error);
  server.unref();
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}
