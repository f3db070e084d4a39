import type { Dispatcher } from 'undici';
import { discardBody } from './http-body.ts';
import type { HttpTimeouts } from './http-options.ts';

/**
 * Ends a request whose head does not come. The dispatcher's own clocks run while it connects and while a server thinks, and not
 * while a proxy is asked for a tunnel.
 */
export class HeadWatch implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor({ connect, headers }: Pick<Required<HttpTimeouts>, 'connect' | 'headers'>) {
    // A second more, so that the one who knows better what it waited for can say so.
    const patience = Math.min(connect + headers + 1000, 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.#controller.abort(new HeadTimeout(patience)), patience);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/**
 * Waits for an answer, but no longer than until the signal says so: a request that still waits for its connection does not
 * listen to it. An answer that comes later is thrown away.
 */
export async function untilAborted(
  requested: Promise<Dispatcher.ResponseData>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const aborted = Promise.withResolvers<never>();
  const giveUp = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([requested, aborted.promise]);
  } catch (error) {
    requested.then(({ body }) => discardBody(body)).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

class HeadTimeout extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(milliseconds: number) {
    super(`nothing was heard for ${milliseconds} ms`);
  }
}
