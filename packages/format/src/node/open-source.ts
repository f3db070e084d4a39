import { fileURLToPath } from 'node:url';
import {
  type OpenedSource,
  type OpenSourceOptions,
  openSource as openPortableSource,
  type SourceInput,
} from '../io/open-source.ts';
import { openFileSource } from './file-source.ts';

/**
 * Opens whatever has bytes. A string that begins with `http://` or `https://` is a URL, any other the path of a file; URLs of
 * the scheme `file` are files, too. All else is as in the `openSource` of the root entry.
 *
 * @throws AppImageError `io` when a file can not be opened; for URLs as `openHttpSource` does
 */
export async function openSource(input: SourceInput | string, options: OpenSourceOptions = {}): Promise<OpenedSource> {
  if (typeof input === 'string') {
    return /^https?:\/\//i.test(input) ? openPortableSource(new URL(input), options) : openFileSource(input, options);
  }
  if (input instanceof URL && input.protocol === 'file:') return openFileSource(fileURLToPath(input), options);
  return openPortableSource(input, options);
}
