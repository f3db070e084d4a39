import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type ProvideContentsOptions, provideContents } from './contents.ts';
import { planLaunch } from './plan.ts';

/** The files of an image, for as long as they are needed. */
export interface MountedContents extends AsyncDisposable {
  readonly directory: string;
  /** `mount` ends with {@link close}; what is in the `cache` or is a `directory` stays. */
  readonly by: 'mount' | 'cache' | 'directory';
  /** Fulfilled when nothing is there any more, as when somebody else has unmounted it. Never for what stays. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes the files of an image available in a directory: mounted where that works for others to see, else unpacked into the
 * extraction cache.
 *
 * @throws AppImageError as {@link planLaunch} and {@link provideContents} throw
 */
export async function mountContents(options: ProvideContentsOptions): Promise<MountedContents> {
  const { file, image, host, env = process.env, signal } = options;
  const contents = await provideContents(options);
  if (contents !== 'runtime') return staying(contents.directory, image.type === 'appdir' ? 'directory' : 'cache');
  const { command, argv0, env: variables, cwd } = planLaunch({ file, image, host, env });
  signal?.throwIfAborted();
  // In a session of its own: an interrupt of the terminal is for this process, which then ends the mount.
  const child = spawn(command, ['--appimage-mount'], {
    argv0,
    env: variables,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close').then(
    () => undefined,
    () => undefined,
  );
  const directory = await firstLine(child.stdout);
  if (directory === undefined) {
    await ended;
    const { extractToCache } = await import('./cache/extract-to-cache.ts');
    return staying(await extractToCache(file, { env, ...(signal && { signal }) }), 'cache');
  }
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { directory, by: 'mount', ended, close, [Symbol.asyncDispose]: close };
}

function staying(directory: string, by: 'cache' | 'directory'): MountedContents {
  const close = async () => undefined;
  return { directory, by, ended: new Promise(() => undefined), close, [Symbol.asyncDispose]: close };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}
