import type { ReadOptions } from '../byte-source.ts';
import type { FileIdentity } from './file-identity.ts';
import { beyondEnd, checkPartial, isExpired, statusError, unexpectedWhole } from './http-answer.ts';
import type { HttpAnswer, HttpConnection } from './http-connection.ts';
import { httpError, PassingFailure } from './http-error.ts';
import { retrying } from './retry.ts';

/** Where bytes are put as they arrive; what is there stays when the connection breaks. */
export interface Filling {
  /** Offset in the file of the first byte of `bytes`. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Bytes that are there already. */
  filled: number;
}

/** The file that is read, and the value of `If-Range` that holds for it. */
export interface KnownFile {
  readonly identity: FileIdentity;
  readonly ifRange: string | undefined;
}

/** Reads what is missing, and goes on where it was when the connection breaks. */
export async function readRange(
  connection: HttpConnection,
  file: KnownFile,
  filling: Filling,
  options: ReadOptions = {},
): Promise<void> {
  let startedOver = false;
  const attempt = async (): Promise<void> => {
    const { offset, bytes, filled } = filling;
    const request = { first: offset + filled, last: offset + bytes.length - 1, ifRange: file.ifRange, ...options };
    const expired = await connection.request(request, async (answer) => {
      if (isExpired(answer) && !startedOver && connection.startOver(answer)) return true;
      checkStatus(answer, file.identity);
      checkPartial(answer, request, file.identity);
      connection.settle(answer);
      await fill(filling, answer);
      return false;
    });
    if (!expired) return;
    startedOver = true;
    await attempt();
  };
  await retrying(connection.settings, attempt, options);
}

/** Takes the body of an answer that has exactly what is missing. */
export async function fill(filling: Filling, answer: HttpAnswer): Promise<void> {
  const { offset, bytes } = filling;
  const place = () => ({ ...answer.place, offset: offset + filling.filled });
  try {
    for await (const piece of answer.body()) {
      if (piece.length > bytes.length - filling.filled) {
        const reason = `body must have ${bytes.length} bytes, found at least ${filling.filled + piece.length}`;
        throw httpError('io', reason, place());
      }
      bytes.set(piece, filling.filled);
      filling.filled += piece.length;
    }
  } catch (error) {
    // All is there; only the end of the message is missing.
    if (error instanceof PassingFailure && filling.filled === bytes.length) return;
    throw error;
  }
  if (filling.filled < bytes.length) {
    const reason = `body must have ${bytes.length} bytes, found ${filling.filled}`;
    throw new PassingFailure({ reason, place: place() });
  }
}

function checkStatus(answer: HttpAnswer, identity: FileIdentity): void {
  const { status } = answer;
  if (status === 206) return;
  if (status === 200) throw unexpectedWhole(answer, identity);
  throw status === 416 ? beyondEnd(answer, identity) : statusError(answer, identity);
}
