import {
  describeAppImage,
  isAppImageError,
  openAppImage,
  openHttpSource,
  openSource,
  readWholeFile,
  resolvePath,
} from '@appimage-js/format';
import type { PageFunctions, PageReport } from './report.ts';

declare global {
  interface Window extends PageFunctions {}
}

const MAXIMUM_LENGTH = 16 * 1024 * 1024;

async function readImage(input: File | URL): Promise<PageReport> {
  const source = await openSource(input);
  const image = await openAppImage(source);
  const description = await describeAppImage(image);
  const read = async (path: string) =>
    new Uint8Array(
      await readWholeFile(image.files, await resolvePath(image.files, path), { maximumLength: MAXIMUM_LENGTH }),
    );
  const paths: string[] = [];
  for await (const { path } of image.files.walk()) paths.push(path);
  const report = {
    type: description.type,
    compression: description.payload?.compression ?? null,
    name: description.name,
    version: description.version,
    desktopEntry: new TextDecoder().decode(await read(description.desktopEntry ?? '')),
    icon: await showIcon(await read(description.icon?.path ?? '')),
    paths: paths.sort(),
    contentHash: hex(await crypto.subtle.digest('SHA-256', await read('usr/share/example/content'))),
    transfer: source.transfer ?? null,
  };
  await source.close();
  return report;
}

async function showIcon(bytes: Uint8Array<ArrayBuffer>): Promise<PageReport['icon']> {
  const image = document.querySelector('img') as HTMLImageElement;
  image.src = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight };
}

function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const input = document.querySelector('input') as HTMLInputElement;
input.addEventListener('change', () => {
  const [file] = input.files ?? [];
  if (file) window.report = readImage(file);
});

const target = document.querySelector('#drop') as HTMLElement;
target.addEventListener('dragover', (event) => event.preventDefault());
target.addEventListener('drop', (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) window.report = readImage(file);
});

window.readFrom = (url) => readImage(new URL(url));

window.readRanges = async (url, ranges, options) => {
  const read: string[] = [];
  let source: Awaited<ReturnType<typeof openHttpSource>> | undefined;
  try {
    source = await openHttpSource(url, options);
    for (const [offset, length] of ranges) read.push(hex((await source.read(offset, length)).slice()));
    return { ranges: read, error: null, transfer: source.transfer };
  } catch (error) {
    if (!isAppImageError(error)) throw error;
    const { code, message, url: place } = error;
    return { ranges: read, error: { code, message, url: place }, transfer: source?.transfer ?? null };
  }
};
