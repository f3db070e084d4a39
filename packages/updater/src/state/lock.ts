/*
 * Locks that end with their process, however that ends. On Linux, a lock is an abstract socket, on Windows a named pipe: nobody else can
 * have one of the name, and the system takes it away with its owner. Elsewhere it is a file with the owner's process number,
 * which is taken over when there is no such process any more.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';

/** What {@link acquireLock} waits for. */
export interface LockOptions {
  /** For the message: "update". */
  readonly purpose: string;
  /** How long to wait for another holder. Default 0. */
  readonly waitMilliseconds?: number;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MILLISECONDS = 50;

/**
 * Takes the lock of a name, until it is disposed of. It holds for all processes of one machine; those in containers with a network
 * of their own do not see it.
 *
 * @throws AppImageError `not-permitted` when somebody else has it and goes on having it
 */
export async function acquireLock(
  name: string,
  { purpose, waitMilliseconds = 0, signal }: LockOptions,
): Promise<AsyncDisposable> {
  const key = createHash('sha256').update(name).digest('hex').slice(0, 40);
  const end = performance.now() + waitMilliseconds;
  while (true) {
    signal?.throwIfAborted();
    const lock = await tryLock(key);
    if (lock !== undefined) return lock;
    if (performance.now() >= end) {
      throw new AppImageError('not-permitted', `Cannot start ${purpose}: another one is under way`);
    }
    await delay(POLL_MILLISECONDS, undefined, { signal });
  }
}

function tryLock(key: string): Promise<AsyncDisposable | undefined> {
  if (process.platform === 'linux') return tryListen(`\0appimage-updater-${key}`);
  if (process.platform === 'win32') return tryListen(`\\\\.\\pipe\\appimage-updater-${key}`);
  return tryLockFile(join(tmpdir(), `appimage-updater-${process.getuid?.() ?? 0}`), key);
}

async function tryListen(path: string): Promise<AsyncDisposable | undefined> {
  const server = createServer((connection) => connection.destroy());
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen({ path, exclusive: true }, () => resolve(undefined));
  });
  if (error?.code === 'EADDRINUSE' || error?.code === 'EACCES') return undefined;
  if (error !== undefined) throw ioError('Cannot take lock', path.replace('\0', '@'), error);
  server.unref();
  return { [Symbol.asyncDispose]: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

async function tryLockFile(folder: string, key: string): Promise<AsyncDisposable | undefined> {
  const path = join(folder, key);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw ioError('Cannot take lock', path, error);
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (owner > 0 && !isRunning(owner)) await takeAway(path);
    return undefined;
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
