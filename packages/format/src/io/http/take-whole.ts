import type { AppImageError } from '../../errors.ts';
import { concatBytes } from '../concat-bytes.ts';
import { checkEncoding, contentLength } from './http-answer.ts';
import type { HttpAnswer } from './http-connection.ts';
import { httpError, PassingFailure } from './http-error.ts';

/**
 * Takes the file from an answer that has all of it (200) into memory. An empty file is taken in any case: of that, there
 * is no range.
 *
 * @throws AppImageError `unsupported` when it has more than `limit` bytes
 */
export async function takeWhole(answer: HttpAnswer, limit: number): Promise<Uint8Array> {
  checkEncoding(answer);
  const announced = contentLength(answer);
  if (announced !== undefined && announced > limit) throw noRanges(answer, limit, announced);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body()) {
    length += piece.length;
    if (length > limit) throw noRanges(answer, limit, length);
    pieces.push(piece);
  }
  if (announced !== undefined && length !== announced) {
    const place = { ...answer.place, offset: length };
    throw new PassingFailure({ reason: `body must have ${announced} bytes, found ${length}`, place });
  }
  return concatBytes(pieces);
}

function noRanges({ place }: HttpAnswer, limit: number, found: number): AppImageError {
  const size = `at most ${limit} bytes (wholeFileLimit), found ${found}`;
  const otherwise = limit === 0 ? ', found the whole file' : `; without, a file may have ${size}`;
  return httpError('unsupported', `the server must serve ranges${otherwise}`, place);
}
