import { hash } from 'node:crypto';

/** Of bytes, or of text in UTF-8, in hexadecimal digits. */
export function sha256(content: Uint8Array | string): string {
  return hash('sha256', content);
}

/** What tells a symlink from all others, and from every file. */
export function linkHash(target: string): string {
  return sha256(`symlink\0${target}`);
}
