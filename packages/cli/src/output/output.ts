/** Bytes that are collected before they are handed to the system, so that 100,000 short lines are not as many calls. */
const BUFFER_SIZE = 65_536;

/** Whoever read the output has stopped reading, as `head` does. Nobody is left to tell, and nothing is wrong. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** A stream that can not be written, such as a file on a full disk. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed';
}

/** Where a command's results go. */
export interface Output {
  /** Resolves when more may come; text may wait in a buffer until {@link flush}. */
  write(chunk: string | Uint8Array): Promise<void>;
  flush(): Promise<void>;
}

/** How a stream is written to. */
export interface StreamOutputOptions {
  /** For messages. */
  readonly name: string;
  /** The signal that ends the waiting for whoever reads, if there is one by now. */
  readonly signal: () => AbortSignal | undefined;
}

/** Writes to a stream, no faster than it is read. Once the signal is aborted, every write fails with its reason. */
export function streamOutput(stream: NodeJS.WriteStream, { name, signal: currentSignal }: StreamOutputOptions): Output {
  let text = '';
  // The error reaches the callback of the write as well; without a listener it would end the process.
  stream.on('error', ignore);

  const send = async (chunk: string | Uint8Array) => {
    const signal = currentSignal();
    signal?.throwIfAborted();
    let giveUp: (() => void) | undefined;
    const error = await new Promise<Error | null | undefined>((resolve, reject) => {
      giveUp = () => reject(signal?.reason);
      signal?.addEventListener('abort', giveUp);
      stream.write(chunk, resolve);
    }).finally(() => giveUp && signal?.removeEventListener('abort', giveUp));
    if (error) throw await outputError(error, name);
  };

  const flush = async () => {
    if (text === '') return;
    const chunk = text;
    text = '';
    await send(chunk);
  };

  return {
    async write(chunk) {
      if (typeof chunk === 'string') {
        text += chunk;
        if (text.length >= BUFFER_SIZE) await flush();
      } else {
        await flush();
        await send(chunk);
      }
    },
    flush,
  };
}

async function outputError(error: NodeJS.ErrnoException, name: string): Promise<Error> {
  if (error.code === 'EPIPE') return new OutputClosed(`Cannot write to ${name}: nobody reads it`, { cause: error });
  const { systemReason } = await import('@appimage-js/format/node'); // which most commands do without until here
  return new OutputFailed(`Cannot write to ${name}: ${systemReason(error)}`, { cause: error });
}

function ignore(): void {
  // Nothing to do.
}
