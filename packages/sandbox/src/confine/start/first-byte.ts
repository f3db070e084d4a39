import type { Readable, Writable } from 'node:stream';

/** Waits until something comes from a program that says by that that it is ready; never, when it ends before. */
export function firstByte(stream: Readable | Writable | null | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    stream?.on('error', () => undefined);
    stream?.once('data', () => resolve(true));
  });
}
