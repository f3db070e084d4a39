import { fileURLToPath } from 'node:url';
import { AppImageError } from '../errors.ts';
import {
  type OpenedSource,
  type OpenSourceOptions,
  openSource as openPortableSource,
  type SourceInput,
} from '../io/open-source.ts';
import { openFileSource } from './file-source.ts';

/**
 * Opens whatever has bytes. A string that begins with a scheme, as `https://` is, is a URL, any other the path of a file; URLs
 * of the scheme `file` are files, too. All else is as in the `openSource` of the root entry.
 *
 * @throws AppImageError `unsupported` for URLs of other schemes than http, https and file; `io` when a file can not be opened; for URLs as `openHttpSource` does
 */
export async function openSource(input: SourceInput | string, options: OpenSourceOptions = {}): Promise<OpenedSource> {
  if (typeof input === 'string') {
    if (!HAS_SCHEME.test(input)) return openFileSource(input, options);
    const url = URL.parse(input);
    if (url === null) throw unusable(input, 'found one that can not be parsed');
    return openSource(url, options);
  }
  if (input instanceof URL && input.protocol === 'file:') return openFileSource(fileURLToPath(input), options);
  if (input instanceof URL && !/^https?:$/.test(input.protocol)) throw unusable(input.href, `found ${input.protocol}`);
  return openPortableSource(input, options);
}

/** "https://…", and no path that anybody has. */
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

function unusable(url: string, found: string): AppImageError {
  const message = `Cannot open ${JSON.stringify(url)}: expected a URL of http, https or file, ${found}`;
  return new AppImageError('unsupported', message, { url });
}
