import { createHash } from 'node:crypto';
import type { Root } from '../places/places.ts';

/** A file that is to be there. */
export interface PlannedFile {
  readonly root: Root;
  /** Below the root, without `.` and `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Of the content, in hexadecimal digits. */
  readonly sha256: string;
}

/** A planned file below the folder for data. */
export function plannedFile(path: string, content: Uint8Array | string): PlannedFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { root: 'data', path, content: bytes, sha256: sha256(bytes) };
}

/** In hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
