import { createHash, type Hash } from 'node:crypto';
import { AppImageError, type ZsyncControl } from '@appimage-js/format';
import type { AvailableImage } from '../available-image.ts';

/** What a source, or its control file, says of the whole image. */
export interface ExpectedFile {
  readonly size: number | undefined;
  readonly sha1: string | undefined;
  readonly sha256: string | undefined;
  readonly sha512: string | undefined;
}

/** The hashes that are computed of an image, by Node's names. */
export interface FileHashes {
  readonly sha1: string;
  readonly sha256: string;
  readonly sha512?: string;
}

/** What the source itself says; it comes before what the control file says. */
export function expectedBySource({ size, sha256, sha512 }: AvailableImage): ExpectedFile {
  return { size, sha1: undefined, sha256, sha512 };
}

/** What the control file says. */
export function expectedByControl({ length, sha1, fileHashes }: ZsyncControl): ExpectedFile {
  const sha256 = fileHashes.find(({ algorithm }) => algorithm === 'SHA-256')?.digest;
  return { size: length, sha1: sha1 ?? undefined, sha256, sha512: undefined };
}

/** What both say together; undefined where they contradict one another. */
export function expectedByBoth(image: AvailableImage, control: ZsyncControl): ExpectedFile | undefined {
  const [source, ours] = [expectedBySource(image), expectedByControl(control)];
  const contradicts = (a: unknown, b: unknown): boolean => a !== undefined && b !== undefined && a !== b;
  if (contradicts(source.size, ours.size) || contradicts(source.sha256, ours.sha256)) return undefined;
  return { ...ours, sha256: source.sha256 ?? ours.sha256, sha512: source.sha512 };
}

/** Names of the hashes that have to be computed. */
export function hashNames({ sha512 }: ExpectedFile): string[] {
  return sha512 === undefined ? ['sha1', 'sha256'] : ['sha1', 'sha256', 'sha512'];
}

/** What is wrong with a file; undefined when it is what was promised. */
export function differenceFrom(
  expected: ExpectedFile,
  { size, hashes }: { readonly size: number; readonly hashes: FileHashes },
): string | undefined {
  if (expected.size !== undefined && expected.size !== size) {
    return `expected ${expected.size} bytes, found ${size} bytes`;
  }
  for (const [name, label] of [
    ['sha512', 'SHA-512'],
    ['sha256', 'SHA-256'],
    ['sha1', 'SHA-1'],
  ] as const) {
    if (expected[name] !== undefined && expected[name] !== hashes[name]) {
      return `${label} must be ${expected[name]}, found ${hashes[name]}`;
    }
  }
  return undefined;
}

/** The error for a file that is not what was promised. */
export function notAsPromised(name: string, difference: string): AppImageError {
  return new AppImageError('untrusted', `Cannot accept ${name}: ${difference}`);
}

/** Hashes a file as it comes. */
export function hashesUnderWay(expected: ExpectedFile): { update(bytes: Uint8Array): void; digest(): FileHashes } {
  const hashes = new Map<string, Hash>(hashNames(expected).map((name) => [name, createHash(name)]));
  const digest = (name: string): string => hashes.get(name)?.digest('hex') ?? '';
  return {
    update(bytes) {
      for (const hash of hashes.values()) hash.update(bytes);
    },
    digest: () => ({
      sha1: digest('sha1'),
      sha256: digest('sha256'),
      ...(hashes.has('sha512') && { sha512: digest('sha512') }),
    }),
  };
}
