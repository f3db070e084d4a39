import { linkHash, sha256 } from '../files/hash.ts';
import type { Root } from '../places/places.ts';

/** Permissions of a written file: for the user alone, readable by all, or a program. */
export type PlannedMode = 0o600 | 0o644 | 0o755;

/** A file that is to be there. */
export interface PlannedFile {
  readonly root: Root;
  /** Below the root, without `.` and `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permissions that it is made with. */
  readonly mode: PlannedMode;
  /** Of the content, in hexadecimal digits; of a symlink, its {@link linkHash}. */
  readonly sha256: string;
  /** Where it leads to, if it is to be a symlink, which has no content. */
  readonly link?: string;
}

/** A planned file, below the folder for data and readable by all unless said otherwise. */
export function plannedFile(
  path: string,
  content: Uint8Array | string,
  { root = 'data', mode = 0o644 }: { readonly root?: Root; readonly mode?: PlannedMode } = {},
): PlannedFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { root, path, content: bytes, mode, sha256: sha256(bytes) };
}

/** A symlink, below the folder for data unless said otherwise. */
export function plannedLink(path: string, link: string, { root = 'data' }: { readonly root?: Root } = {}): PlannedFile {
  return { root, path, content: new Uint8Array(), mode: 0o644, sha256: linkHash(link), link };
}
