import { basename, dirname, resolve } from 'node:path';
import { encodeFileName } from '@appimage-js/format';

/** What Linux accepts as one name. */
const MAXIMUM_NAME_LENGTH = 255;

/** What the default name of an image is made of. */
export interface ImageName {
  readonly name: string;
  readonly version: string | null;
  readonly architecture: string;
}

/** The absolute path of the image: what was asked for, or `Name-Version-arch.AppImage` in the working directory. */
export function planOutputPath(output: string | undefined, image: ImageName): string {
  if (output === undefined) return resolve(defaultImageName(image));
  if (output === '' || output.endsWith('/') || basename(output) === '..') {
    throw new RangeError(`Cannot plan build: output must be the path of a file, found ${JSON.stringify(output)}`);
  }
  const path = resolve(output);
  const length = encodeFileName(basename(path)).length;
  if (dirname(path) === path || length > MAXIMUM_NAME_LENGTH) {
    throw new RangeError(
      `Cannot plan build: output must have a name of 1 to ${MAXIMUM_NAME_LENGTH} bytes, found ${JSON.stringify(output)}`,
    );
  }
  return path;
}

/** The name that the specification recommends. White space becomes `_`, and what a shell or a URL would trip over goes. */
export function defaultImageName({ name, version, architecture }: ImageName): string {
  const parts = [name, version, architecture].filter((part) => part !== null).map(fileNamePart);
  const suffix = '.AppImage';
  let stem = parts.filter((part) => part !== '').join('-');
  while (encodeFileName(stem + suffix).length > MAXIMUM_NAME_LENGTH) stem = stem.slice(0, -1);
  return stem + suffix;
}

/** What of a text can stand in the name of an image. */
export function fileNamePart(text: string): string {
  return text
    .trim()
    .replace(/\s+/gu, '_')
    .replace(/[^\p{L}\p{M}\p{N}._+~-]/gu, '')
    .replace(/^[.-]+/, '');
}
