import type { FileType, ReadonlyFileSystem } from '../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../io/byte-source.ts';
import type { ImageType } from './detect-image.ts';
import { isAboutImage } from './image-problem.ts';

/** Says `nixappimage` of a type 2 image that brings a Nix store and tells what in it is to be started; else the type as it is. */
export async function refineType(type: ImageType, files: ReadonlyFileSystem, options: ReadOptions): Promise<ImageType> {
  if (type !== 'type-2' || (await typeOf(files, 'nix/store', options)) !== 'directory') return type;
  return (await typeOf(files, 'entrypoint', options)) === undefined ? type : 'nixappimage';
}

/** The type of what a path names; `undefined` for nothing, and for what is too damaged to tell. */
async function typeOf(files: ReadonlyFileSystem, path: string, options: ReadOptions): Promise<FileType | undefined> {
  try {
    return (await files.stat(path, options)).type;
  } catch (error) {
    if (isAboutImage(error)) return undefined;
    throw error;
  }
}
