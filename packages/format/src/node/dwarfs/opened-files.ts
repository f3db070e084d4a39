import type { ImageLimits } from '../../filesystem/image-limits.ts';
import type { ReadonlyFileSystem } from '../../filesystem/readonly-file-system.ts';
import type { ReadOptions } from '../../io/byte-source.ts';
import type { ImageFile } from './image-file.ts';

/** Files that a program made available, until they are closed. */
export interface OpenedFiles {
  readonly files: ReadonlyFileSystem;
  close(): Promise<void>;
}

/** What is needed to open an image by a program. */
export interface OpenByToolOptions extends ReadOptions {
  /** Path of the program. */
  readonly program: string;
  readonly image: ImageFile;
  /** A folder of nobody else's, for what is needed meanwhile. */
  readonly folder: string;
  readonly limits: Required<ImageLimits>;
  /** Bytes of contents that may be unpacked. */
  readonly maximumLength: number;
}
