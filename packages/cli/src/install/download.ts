import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import { createHttpClient, type HttpResponse, nameOfDisposition, nameOfUrl } from '@appimage-js/updater';
import type { Session } from '../session.ts';
import { createPart, makeFolder } from './place-file.ts';
import type { Undo } from './undo.ts';

/** A file that was fetched, under a name that no scan takes for an image. */
export interface Download {
  readonly file: string;
  /** What it is to be called. */
  readonly name: string;
  /** Where it came from, without credentials. */
  readonly from: string;
}

/** Fetches a file into a folder; whatever is there already stays. */
export async function download(session: Session, url: string, folder: string, undo: Undo): Promise<Download> {
  const { environment, signal } = session;
  await using client = createHttpClient({ environment });
  const response = await client.get(url, { signal });
  checkIsFile(response, url);
  await makeFolder(folder, undo);
  await sweep(folder);
  const part = await createPart(folder, undo);
  try {
    await using file = part.handle;
    await file.writeFile(response.body, { signal });
    await file.datasync();
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof AppImageError ? cause : ioError(`Cannot fetch ${url}`, part.path, cause);
  }
  return { file: part.path, name: fileNameOf(url, response), from: withoutCredentials(url) };
}

/** The name that the server gives a file, else its URL, without what could lead elsewhere or hide it. */
function fileNameOf(url: string, { headers, url: last }: Pick<HttpResponse, 'headers' | 'url'>): string {
  const byUrl = [nameOfUrl(url), nameOfUrl(last)];
  const named = nameOfDisposition(headers.get('content-disposition')) ?? byUrl.find(isImageName) ?? byUrl[0];
  const name = (named ?? '').replaceAll(/[/\p{C}]/gu, '_').replace(/^[.\s]+/, '');
  if (name === '') return 'download.AppImage';
  return isImageName(name) ? name : `${name}.AppImage`;
}

function isImageName(name: string | undefined): boolean {
  return name !== undefined && /\.appimage$/i.test(name);
}

function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

/** Somebody who has to log in first, or an error that says 200. */
function checkIsFile({ headers }: HttpResponse, url: string): void {
  const type = headers.get('content-type') ?? '';
  if (!/^\s*text\/html\b/i.test(type)) return;
  throw new AppImageError('malformed', `Cannot fetch ${url}: expected a file, found a page for people (${type})`, {
    url,
  });
}

const PART = /^\.appimage-js-install-(\d+)-\d+\.part$/;
const FORGOTTEN_MILLISECONDS = 3_600_000;

/** Takes away what installations have left that were killed. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const owner = Number(PART.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(owner) || isAlive(owner)) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    const isOld = facts?.isFile() === true && Math.abs(Date.now() - facts.mtimeMs) > FORGOTTEN_MILLISECONDS;
    if (isOld) await rm(path, { force: true }).catch(() => undefined);
  }
}

function isAlive(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
