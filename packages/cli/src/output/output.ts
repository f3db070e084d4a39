import { systemReason } from '@appimage-js/format/node';

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

/** Writes to a stream, no faster than it is read. */
export function streamOutput(stream: NodeJS.WriteStream, name: string): Output {
  let text = '';
  // The error reaches the callback of the write as well; without a listener it would end the process.
  stream.on('error', ignore);

  const send = (chunk: string | Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      stream.write(chunk, (error) => (error ? reject(outputError(error, name)) : resolve()));
    });

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

function outputError(error: NodeJS.ErrnoException, name: string): Error {
  if (error.code === 'EPIPE') return new OutputClosed(`Cannot write to ${name}: nobody reads it`, { cause: error });
  return new OutputFailed(`Cannot write to ${name}: ${systemReason(error)}`, { cause: error });
}

function ignore(): void {
  // Nothing to do.
}
