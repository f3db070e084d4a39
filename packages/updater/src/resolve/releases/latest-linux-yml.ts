/*
 * The manifest that electron-builder puts beside the files of a release: `latest-linux.yml`, and one with the architecture in
 * its name for each other machine. Source: electron-builder, "Auto Update": https://www.electron.build/auto-update; the fields
 * are those of `UpdateInfo` in builder-util-runtime.
 */
import type { ManifestSource } from '@appimage-js/format';
import type { HttpClient } from '../../http/index.ts';
import { SourceError } from '../../source-error.ts';
import { answerError, dateOf, expectList, expectObject, expectText, kindOf, sizeOf, textOf } from '../api-answer.ts';
import { fitOfName } from '../architecture-of-name.ts';
import { imageAt } from '../plain-url.ts';
import type { Resolution, ResolveOptions } from '../resolve-options.ts';
import { downloadUrl, latestTagByWeb } from './github-web.ts';
import { isFileName } from './release.ts';

const MAXIMUM_SIZE = 1_048_576;

/** What electron-builder appends for a machine; nothing for x86_64. */
const SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['aarch64', '-arm64'],
  ['armhf', '-arm'],
  ['i686', '-ia32'],
]);

/** Resolves the newest release by its manifest, without the API. */
export async function resolveManifest(
  http: HttpClient,
  source: ManifestSource,
  options: ResolveOptions,
): Promise<Resolution> {
  const { architecture = 'x86_64', signal } = options;
  const tag = await latestTagByWeb(http, source, options);
  const url = downloadUrl(source, { tag, file: `latest-linux${SUFFIXES.get(architecture) ?? ''}.yml` }, options);
  const document = await http.getDocument(url, { maximumSize: MAXIMUM_SIZE, signal });
  const place = { url, name: `manifest of ${source.owner}/${source.repository}` };
  const manifest = expectObject(await parseYaml(document.bytes, place), 'the manifest', place);
  const listed = manifest['files'] === undefined ? [manifest] : expectList(manifest['files'], 'files', place);
  const files = listed.map((item) => {
    const file = expectObject(item, 'a file', place);
    const named = expectText(file['url'] ?? file['path'], 'the URL of a file', place);
    return { file, name: nameOf(named) };
  });
  const images = files.filter(({ name }) => isFileName(name) && /\.appimage$/i.test(name));
  const image = images.find(({ name }) => fitOfName(name, architecture) !== 'other');
  if (image === undefined)
    throw noImage(images.length > 0, { ...place, architecture, names: files.map(({ name }) => name) });
  const imageUrls = [downloadUrl(source, { tag, file: image.name }, options)];
  return {
    image: imageAt(
      image.name,
      { imageUrls, controlFileUrls: [] },
      {
        version: textOf(manifest['version']),
        architecture,
        size: sizeOfText(image.file['size']),
        sha512: decodeSha512(image.file['sha512']),
        publishedAt: dateOf(manifest['releaseDate']),
      },
    ),
  };
}

async function parseYaml(bytes: Uint8Array, place: { readonly url: string; readonly name: string }): Promise<unknown> {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') throw answerError('empty-answer', 'expected YAML, found an empty answer', place);
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 0, schema: 'failsafe', logLevel: 'error' });
  } catch (cause) {
    throw answerError('unexpected-shape', `expected YAML, found ${kindOf(text)}`, place, cause);
  }
}

/** The publisher puts hyphens for the blanks of a name. */
function nameOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return path.slice(path.lastIndexOf('/') + 1).replaceAll(' ', '-');
}

/** Everything is text, as a version such as 1.10 must not become a number. */
function sizeOfText(value: unknown): number | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d{1,15}$/.test(text) ? sizeOf(Number(text)) : undefined;
}

/** In base64, as npm has it. */
function decodeSha512(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const hex = /^[0-9a-f]{128}$/i.test(text) ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex');
  return hex.length === 128 ? hex : undefined;
}

function noImage(
  isThereForOthers: boolean,
  { name, url, architecture, names }: { name: string; url: string; architecture: string; names: readonly string[] },
): SourceError {
  const message = `Cannot find an update in ${name}: expected an AppImage for ${architecture}, found ${names.join(', ') || 'nothing'}`;
  return isThereForOthers
    ? new SourceError('unsupported', message, { reason: 'wrong-architecture', url })
    : new SourceError('not-found', message, { reason: 'no-match', url });
}
