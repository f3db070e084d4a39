import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppImageError, type ReadOptions } from '@appimage-js/format';
import { threadOptions } from '@appimage-js/format/node';

/** Formats that can be rendered, named as `describeIcon` names them. */
export type RenderableFormat = 'png' | 'svg' | 'svgz' | 'xpm';

/** What {@link renderIcon} draws. */
export interface RenderIconOptions extends ReadOptions {
  /** The whole file. */
  readonly contents: Uint8Array;
  readonly format: RenderableFormat;
  /** Pixels in each direction, 1 to 1024. */
  readonly size: number;
}

/** What the thread is given when it starts. */
export type RenderTask = Pick<RenderIconOptions, 'contents' | 'format' | 'size'>;

/** What the thread answers. */
export type RenderReply = { readonly png: Uint8Array } | { readonly problem: string };

const MAXIMUM_SIZE = 1024;
const MAXIMUM_LENGTH = 32 * 1024 * 1024;
/** An icon takes a tenth of a second; one that takes this long was made to. */
const MILLISECONDS = 60_000;

/** Beside this file, in the sources and in the built package alike. */
const WORKER = new URL(`./render-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Draws an icon as a square PNG: in its proportions, in the middle, on a transparent ground, made smaller or larger as needed. The
 * same icon gives the same bytes on every machine, since WebAssembly and plain arithmetic draw it.
 *
 * The icon may be anybody's: it is drawn on a thread that is ended where it takes too long. Nothing that it refers to outside
 * of itself is loaded, and its text is not drawn, as there are no fonts.
 *
 * @example
 * const png = await renderIcon({ contents: await readFile('hello.svg'), format: 'svg', size: 256 });
 *
 * @throws AppImageError `malformed` for what can not be drawn, `limit` for what is too large or takes too long, `unsupported` where
 *   this package was made a part of another file without its thread
 * @throws RangeError for a size that is not 1 to 1024
 */
export async function renderIcon({ contents, format, size, signal }: RenderIconOptions): Promise<Uint8Array> {
  if (!Number.isInteger(size) || size < 1 || size > MAXIMUM_SIZE) {
    throw new RangeError(`Cannot render icon: size must be 1 to ${MAXIMUM_SIZE} pixels, found ${size}`);
  }
  if (contents.length > MAXIMUM_LENGTH) {
    throw failed('limit', `it must have at most ${MAXIMUM_LENGTH} bytes, found ${contents.length}`);
  }
  signal?.throwIfAborted();
  if (WORKER.protocol !== 'file:' || !existsSync(WORKER)) {
    throw failed('unsupported', 'the file of its thread must be beside that of this package, found none');
  }
  const reply = await renderOnThread({ contents, format, size }, signal);
  if ('problem' in reply) throw failed('malformed', reply.problem);
  return reply.png;
}

async function renderOnThread(task: RenderTask, signal: AbortSignal | undefined): Promise<RenderReply> {
  const worker = new Worker(WORKER, { execArgv: threadOptions(), workerData: task });
  const { promise, resolve, reject } = Promise.withResolvers<RenderReply>();
  const abort = (): void => reject(signal?.reason);
  const timer = setTimeout(() => {
    reject(failed('limit', `it must be drawn within ${MILLISECONDS / 1000} seconds, found one that takes longer`));
  }, MILLISECONDS);
  signal?.addEventListener('abort', abort, { once: true });
  worker.on('message', resolve);
  worker.on('error', (cause) => reject(failed('malformed', 'the renderer has failed', cause)));
  worker.on('exit', () => reject(failed('malformed', 'the renderer has ended before its work')));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function failed(code: 'limit' | 'malformed' | 'unsupported', reason: string, cause?: unknown): AppImageError {
  return new AppImageError(code, `Cannot render icon: ${reason}`, { cause });
}
