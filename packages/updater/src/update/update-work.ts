import { AppImageError, type UpdateInformation } from '@appimage-js/format';
import { createHttpClient, type HttpClient } from '../http/index.ts';
import type { ReplacementTarget } from '../replace/replacement-target.ts';
import { parseUpdateSource } from '../resolve/index.ts';
import { defaultDataFolder } from '../state/data-folder.ts';
import { changeFileRecord, type FileRecord, readFileRecord } from '../state/file-record.ts';
import { applicationIdentity } from '../trust/application-identity.ts';
import { type ImageFacts, readImageFacts } from '../verify/image-facts.ts';
import type { CheckOptions } from './update-options.ts';

/** What the steps of an update share. */
export interface UpdateWork extends AsyncDisposable {
  /** As the caller named it. */
  readonly file: string;
  readonly path: string;
  readonly image: ImageFacts;
  readonly record: FileRecord;
  readonly source: UpdateInformation;
  /** By which a key is pinned. */
  readonly identity: string;
  readonly dataFolder: string;
  readonly http: HttpClient;
  readonly signal: AbortSignal | undefined;
}

/** What the user types for the file's own update information. */
const EMBEDDED = 'embedded';

/**
 * Reads what is known of a file, and where its updates come from.
 *
 * @throws AppImageError `not-found` where nothing says where from, `malformed` for a source that can not be understood
 */
export async function startWork(
  file: string,
  { path }: Pick<ReplacementTarget, 'path'>,
  options: CheckOptions,
): Promise<UpdateWork> {
  const { signal, dataFolder = defaultDataFolder() } = options;
  const image = await readImageFacts(path, { signal });
  const given = options.source === undefined ? undefined : sourceText(options.source);
  if (given !== undefined && options.remember) await changeFileRecord(dataFolder, path, { source: given });
  const record = await readFileRecord(dataFolder, path);
  const override = given === undefined ? record.source : given;
  const source = override === null ? image.updateInformation : parseUpdateSource(override);
  if (source === null) {
    const message = `Cannot update ${file}: the file does not say where its updates come from; a source has to be given`;
    throw new AppImageError('not-found', message, { path: file });
  }
  const { updateInformation, name } = image;
  const identity = applicationIdentity({ updateInformation, name, origin: override, path });
  const isOwn = options.http === undefined || !('get' in options.http);
  const http = isOwn ? createHttpClient(options.http) : (options.http as HttpClient);
  return {
    file,
    path,
    image,
    record,
    source,
    identity,
    dataFolder,
    http,
    signal,
    [Symbol.asyncDispose]: async () => {
      if (isOwn) await http.close();
    },
  };
}

/** Null for the file's own information. A source is understood before it is remembered. */
function sourceText(text: string): string | null {
  if (text === EMBEDDED) return null;
  parseUpdateSource(text);
  return text;
}
