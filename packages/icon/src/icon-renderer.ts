import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppImageError } from '@appimage-js/format';
import { threadOptions } from '@appimage-js/format/node';
import type { RenderIconOptions, RenderReply, RenderTask } from './render-task.ts';

const MAXIMUM_SIZE = 1024;
const MAXIMUM_LENGTH = 32 * 1024 * 1024;
/** An icon takes a tenth of a second; one that takes this long was made to. */
const MILLISECONDS = 60_000;

/** Options of {@link IconRenderer}. */
export interface IconRendererOptions {
  /** Milliseconds that a drawing may take. Default 60,000. */
  readonly timeLimit?: number;
}

/** Beside this file, in the sources and in the built package alike. */
const WORKER = new URL(`./render-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Draws many icons one after the other, on one thread: its start takes longer than most of them. What one icon does to the thread ends
 * with it: after one that fails, takes too long, or needs much memory, the next has a new thread.
 *
 * @example
 * ```ts
 * import { IconRenderer } from '@appimage-js/icon';
 *
 * export async function drawSizes(contents: Uint8Array, sizes: readonly number[]): Promise<Uint8Array[]> {
 *   await using renderer = new IconRenderer();
 *   return await Promise.all(sizes.map((size) => renderer.render({ contents, format: 'svg', size })));
 * }
 * ```
 */
export class IconRenderer implements AsyncDisposable {
  readonly #timeLimit: number;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ timeLimit = MILLISECONDS }: IconRendererOptions = {}) {
    this.#timeLimit = timeLimit;
  }

  /**
   * Draws an icon as {@link renderIcon} does, when those that were asked for before are done.
   *
   * @throws AppImageError `malformed` for what can not be drawn, `limit` for what is too large or takes too long, `unsupported` where
   *   this package was made a part of another file without its thread
   * @throws RangeError for a size that is not 1 to 1024
   */
  async render({ contents, format, size, signal }: RenderIconOptions): Promise<Uint8Array> {
    if (!Number.isInteger(size) || size < 1 || size > MAXIMUM_SIZE) {
      throw new RangeError(`Cannot render icon: size must be 1 to ${MAXIMUM_SIZE} pixels, found ${size}`);
    }
    if (contents.length > MAXIMUM_LENGTH) {
      throw failed('limit', `it must have at most ${MAXIMUM_LENGTH} bytes, found ${contents.length}`);
    }
    const drawing = this.#last.then(() => this.#draw({ contents, format, size }, signal));
    this.#last = drawing.catch(() => undefined);
    return await drawing;
  }

  /** Ends the thread; one that is drawing fails. The next drawing starts another. */
  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #draw(task: RenderTask, signal: AbortSignal | undefined): Promise<Uint8Array> {
    signal?.throwIfAborted();
    this.#worker ??= startThread();
    try {
      const reply = await answerOf(this.#worker, task, { timeLimit: this.#timeLimit, signal });
      if (reply.spent) await this[Symbol.asyncDispose]();
      if ('problem' in reply) throw failed('malformed', reply.problem);
      return reply.png;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }
}

function startThread(): Worker {
  if (WORKER.protocol !== 'file:' || !existsSync(WORKER)) {
    throw failed('unsupported', 'the file of its thread must be beside that of this package, found none');
  }
  const worker = new Worker(WORKER, { execArgv: threadOptions() });
  worker.on('error', () => undefined); // an error between two drawings is told by its exit
  return worker;
}

/** The thread keeps the program from ending only while it draws. */
async function answerOf(
  worker: Worker,
  task: RenderTask,
  { timeLimit, signal }: Required<IconRendererOptions> & { readonly signal: AbortSignal | undefined },
): Promise<RenderReply> {
  const { promise, resolve, reject } = Promise.withResolvers<RenderReply>();
  const abort = (): void => reject(signal?.reason);
  const fail = (cause: unknown): void => reject(failed('malformed', 'the renderer has failed', cause));
  const exit = (): void => reject(failed('malformed', 'the renderer has ended before its work'));
  const timer = setTimeout(() => {
    reject(failed('limit', `it must be drawn within ${timeLimit / 1000} seconds, found one that takes longer`));
  }, timeLimit);
  signal?.addEventListener('abort', abort, { once: true });
  worker.on('message', resolve).on('error', fail).on('exit', exit);
  worker.ref();
  worker.postMessage(task);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    worker.off('message', resolve).off('error', fail).off('exit', exit);
    worker.unref();
  }
}

function failed(code: 'limit' | 'malformed' | 'unsupported', reason: string, cause?: unknown): AppImageError {
  return new AppImageError(code, `Cannot render icon: ${reason}`, { cause });
}
