import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';

const POLL_MILLISECONDS = 50;
const WAIT_MILLISECONDS = 20_000;

/**
 * Takes the lock of a manifest until it is disposed of: an abstract socket, which the system takes away with its owner, however that ends.
 *
 * @throws AppImageError `not-permitted` when another process goes on having it
 */
export async function lockManifest(path: string, signal?: AbortSignal): Promise<AsyncDisposable> {
  const key = createHash('sha256').update(path).digest('hex').slice(0, 40);
  const end = performance.now() + WAIT_MILLISECONDS;
  while (true) {
    signal?.throwIfAborted();
    const lock = await tryListen(`\0appimage-integrator-${process.getuid?.() ?? 0}-${key}`);
    if (lock !== undefined) return lock;
    if (performance.now() >= end) {
      throw new AppImageError('not-permitted', 'Cannot start integration: another one is under way');
    }
    await delay(POLL_MILLISECONDS, undefined, { signal });
  }
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
