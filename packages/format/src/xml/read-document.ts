import { AppImageError, isAppImageError } from '../errors.ts';
import type { ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import { readWholeFile } from '../filesystem/resolve-path.ts';
import type { ListedFile } from '../filesystem/try-resolve.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import { DEFAULT_MAX_SIZE } from './parse-xml.ts';

/** How a document in an image is read. */
export interface ReadDocumentOptions<Document> extends ReadOptions {
  readonly maxSize?: number | undefined;
  readonly parse: (bytes: Uint8Array, options: { readonly maxSize: number }) => Document;
}

/**
 * Reads and parses a file of an image; errors of the parser get the path of the file.
 *
 * @throws AppImageError as the parser and the image do
 */
export async function readDocument<Document>(
  files: ReadonlyFileSystem,
  { path, file }: ListedFile,
  { signal, maxSize = DEFAULT_MAX_SIZE, parse }: ReadDocumentOptions<Document>,
): Promise<Document> {
  const bytes = await readWholeFile(files, file, { signal, maximumLength: maxSize });
  try {
    return parse(bytes, { maxSize });
  } catch (error) {
    throw isAppImageError(error) ? withPath(error, path) : error;
  }
}

function withPath(cause: AppImageError, path: string): AppImageError {
  return new AppImageError(cause.code, cause.message, { path, cause });
}
