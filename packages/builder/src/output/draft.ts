import { randomBytes } from 'node:crypto';
import { chmod, lstat, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { AppImageError, type ByteSink, type ClosableByteSource, isAppImageError } from '@appimage-js/format';
import { type FileSink, openFileSink, openFileSource } from '@appimage-js/format/node';
import { diskError } from '../inspect/local-file.ts';
import { showPath } from '../show-path.ts';

/** Everybody may read and execute an image. */
const IMAGE_MODE = 0o755;

/**
 * The image while it is being made: a file beside the output that takes the output's place when it is published, and is
 * gone, whatever happened, when it is disposed of before that.
 */
export interface Draft extends ByteSink, AsyncDisposable {
  /** What has been written so far, to be read again. */
  readBack(): Promise<ClosableByteSource>;
  /** Forces the bytes to the disk, makes the file executable and gives it its name, in one step for whoever looks. */
  publish(): Promise<void>;
}

/** Where a {@link Draft} is opened. */
export interface DraftLocation {
  /** Absolute path that the image will have. */
  readonly output: string;
  /** Absolute path of a directory in which nothing may be written, if there is one. */
  readonly appDir?: string;
  /** Permission bits of the published file. Default 0o755, whatever the umask. */
  readonly mode?: number;
}

/**
 * Checks, without writing, that an image may have its place, and answers the real path of the folder that it will be in.
 *
 * @throws AppImageError `not-permitted` when the output lies in the AppDir, `not-found` when there is no such folder, `io`
 *   when something else than a file has its name
 */
export async function checkOutput({ output, appDir }: DraftLocation): Promise<string> {
  const folder = await realFolderOf(output);
  if (appDir !== undefined) checkOutside(folder, output, appDir);
  await checkReplaceable(output);
  return folder;
}

/**
 * Opens a draft.
 *
 * @throws AppImageError as {@link checkOutput}, and when it can not be written there
 */
export async function openDraft(location: DraftLocation): Promise<Draft> {
  const { output, mode = IMAGE_MODE } = location;
  const folder = await checkOutput(location);
  const target = join(folder, basename(output));
  const path = join(folder, `.appimage-${randomBytes(6).toString('hex')}.part`);
  const sink = await openFileSink(path, { mode: 0o600 }).catch((cause: unknown) => {
    throw diskError('Cannot write', output, systemError(cause));
  });
  return draft({ sink, path, target, output, mode });
}

interface OpenDraft {
  readonly sink: FileSink;
  readonly path: string;
  readonly target: string;
  readonly output: string;
  readonly mode: number;
}

function draft({ sink, path, target, output, mode }: OpenDraft): Draft {
  let published = false;
  const aboutOutput = async <Result>(action: Promise<Result>): Promise<Result> => {
    return action.catch((cause: unknown) => {
      throw diskError('Cannot write', output, systemError(cause));
    });
  };
  return {
    write: (offset, bytes) => aboutOutput(sink.write(offset, bytes)),
    readBack: () => aboutOutput(openFileSource(path)),
    async publish() {
      await aboutOutput(sink.sync());
      await aboutOutput(chmod(path, mode));
      await aboutOutput(rename(path, target));
      published = true;
    },
    async [Symbol.asyncDispose]() {
      if (published) return sink.close();
      // The failure that led here is the one to be told.
      await sink.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

async function realFolderOf(output: string): Promise<string> {
  const folder = dirname(output);
  try {
    return await realpath(folder);
  } catch (cause) {
    throw diskError('Cannot write to', folder, cause);
  }
}

/** A build never changes the AppDir, and an image in it would be packed by the next build. */
function checkOutside(folder: string, output: string, appDir: string): void {
  const path = relative(appDir, folder);
  if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return;
  throw new AppImageError(
    'not-permitted',
    `Cannot write ${showPath(output)}: the image must lie outside of the AppDir, which a build never changes; name another output`,
    { path: output },
  );
}

/** Renaming would replace a device or a socket, too. */
async function checkReplaceable(output: string): Promise<void> {
  const link = await lstat(output).catch(() => undefined);
  if (link === undefined) return;
  const existing = await stat(output).catch(() => link);
  if (existing.isFile() || existing.isSymbolicLink()) return;
  const found = existing.isDirectory() ? 'a directory' : 'a device, pipe or socket';
  throw new AppImageError('io', `Cannot write ${showPath(output)}: it must be a file or not exist, found ${found}`, {
    path: output,
  });
}

function systemError(cause: unknown): unknown {
  return isAppImageError(cause) && cause.cause !== undefined ? cause.cause : cause;
}
