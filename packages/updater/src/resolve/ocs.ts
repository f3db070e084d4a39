/*
 * Products on Pling and other servers of OCS. Source: Open Collaboration Services 1.7, "CONTENT / get":
 * https://www.freedesktop.org/wiki/Specifications/open-collaboration-services/; the fields of a product's several files,
 * `downloadlink1`, `downloadname1` and so on, as the server of Pling (KDE/ocs-apiserver) writes them.
 */
import {
  childElements,
  flowText,
  type OcsSource,
  type PlingSource,
  parseXml,
  type XmlElement,
} from '@appimage-js/format';
import type { HttpClient } from '../http/index.ts';
import { SourceError } from '../source-error.ts';
import { answerError, webUrlOf } from './api-answer.ts';
import { architectureOfWord } from './architecture-of-name.ts';
import { chooseAsset } from './releases/choose-asset.ts';
import { hostBase } from './releases/gitea.ts';
import type { Release, ReleaseAsset } from './releases/release.ts';
import type { Resolution, ResolveOptions } from './resolve-options.ts';

const MAXIMUM_SIZE = 4 * 1_048_576;
/** Files that a product may have. */
const MAXIMUM_FILES = 1000;

/** Resolves a product; the name in the information is of the image, and its control file has the same address and `.zsync`. */
export async function resolveOcs(
  http: HttpClient,
  source: PlingSource | OcsSource,
  options: ResolveOptions,
): Promise<Resolution> {
  const place = placeOf(source, options);
  const document = await http.getDocument(place.url, { maximumSize: MAXIMUM_SIZE, signal: options.signal });
  const release = parseProduct(document.bytes, place);
  const { architecture } = options;
  const resolution = chooseAsset(release, { ...place, file: source.file, isControlFile: false, architecture });
  if (source.transport === 'ocs-v1-appimagehub-direct') return resolution;
  const controlFileUrls = resolution.image.imageUrls.map(appendSuffix);
  return { ...resolution, image: { ...resolution.image, controlFileUrls } };
}

interface Place {
  readonly name: string;
  readonly url: string;
}

function placeOf(source: PlingSource | OcsSource, { apiBases }: ResolveOptions): Place {
  const product = encodeURIComponent(source.product);
  if (source.transport === 'pling-v1-zsync') {
    const base = apiBases?.pling ?? 'https://api.pling.com/ocs/v1';
    return { name: `product ${source.product} on Pling`, url: `${base}/content/data/${product}` };
  }
  const [host = '', ...path] = source.api
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
    .split('/');
  const base = [hostBase(host, apiBases), ...path].join('/');
  return { name: `product ${source.product} on ${host}`, url: `${base}/content/data/${product}` };
}

function parseProduct(bytes: Uint8Array, place: Place): Release {
  if (bytes.every((byte) => byte <= 0x20))
    throw answerError('empty-answer', 'expected XML, found an empty answer', place);
  const root = parseAnswer(bytes, place);
  const [meta] = childElements(root, 'meta');
  const status = meta && fieldOf(meta, 'statuscode');
  const [data] = childElements(root, 'data');
  const content = data && childElements(data, 'content')[0];
  if (status !== '100' && status !== '200') {
    if (status === '101') throw noProduct(place);
    const message = meta && fieldOf(meta, 'message');
    throw answerError(
      'unexpected-shape',
      `statuscode must be 100, found ${status ?? 'none'} (${message ?? 'no message'})`,
      place,
    );
  }
  if (content === undefined) throw noProduct(place);
  const changed = fieldOf(content, 'changed') ?? fieldOf(content, 'created');
  const date = changed === undefined ? undefined : new Date(changed);
  return {
    tag: fieldOf(content, 'version') ?? 'without a version',
    isDraft: false,
    isPrerelease: false,
    publishedAt: date === undefined || Number.isNaN(date.getTime()) ? undefined : date,
    pageUrl: webUrlOf(fieldOf(content, 'detailpage')),
    assets: listFiles(content),
  };
}

function parseAnswer(bytes: Uint8Array, place: Place): XmlElement {
  let root: XmlElement;
  try {
    root = parseXml(bytes, { what: `answer of ${place.name}`, maxSize: MAXIMUM_SIZE, maxDepth: 16 });
  } catch (cause) {
    const isPage = /^\s*<(?:!doctype html|html)\b/i.test(new TextDecoder().decode(bytes.subarray(0, 200)));
    const found = isPage ? 'a page for people' : 'something else';
    throw answerError(isPage ? 'html-answer' : 'unexpected-shape', `expected XML of OCS, found ${found}`, place, cause);
  }
  if (root.name === 'ocs') return root;
  const reason = root.name.toLowerCase() === 'html' ? 'html-answer' : 'unexpected-shape';
  throw answerError(reason, `expected an element ocs, found ${root.name}`, place);
}

function listFiles(content: XmlElement): ReleaseAsset[] {
  const files: ReleaseAsset[] = [];
  for (let number = 1; number <= MAXIMUM_FILES; number++) {
    const link = fieldOf(content, `downloadlink${number}`);
    if (link === undefined) break;
    const url = URL.parse(link);
    if (url === null || !/^https?:$/.test(url.protocol)) continue;
    const name = fieldOf(content, `downloadname${number}`) ?? lastSegment(url);
    const architecture = architectureOfWord(fieldOf(content, `download_package_arch${number}`) ?? '');
    // Sizes are said in KiB, rounded.
    files.push({ name, urls: [url.href], size: undefined, sha256: undefined, architecture });
  }
  return files;
}

function fieldOf(parent: XmlElement, name: string): string | undefined {
  const [element] = childElements(parent, name);
  const text = element && flowText(element);
  return text === '' ? undefined : text;
}

function lastSegment({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1));
  } catch {
    return pathname.slice(pathname.lastIndexOf('/') + 1);
  }
}

function appendSuffix(imageUrl: string): string {
  const url = new URL(imageUrl);
  url.pathname += '.zsync';
  return url.href;
}

function noProduct({ name, url }: Place): SourceError {
  const message = `Cannot find an update in ${name}: the server knows no such product`;
  return new SourceError('not-found', message, { reason: 'no-release', url });
}
