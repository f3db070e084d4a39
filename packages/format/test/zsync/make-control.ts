import type { ZsyncControl } from '../../src/zsync/index.ts';
import { noise } from '../support/trees.ts';

/** A control file as text and sums; a header that is null is left out. */
export interface ControlRecipe {
  readonly headers?: Readonly<Record<string, string | number | null>>;
  /** Lines that take no part in the order of the others: put in front of the empty line as they are. */
  readonly more?: readonly string[];
  readonly sums?: Uint8Array;
  readonly lineEnd?: string;
}

const HEADERS = {
  zsync: '0.6.2',
  Filename: 'App.AppImage',
  MTime: 'Tue, 25 Jul 2006 20:02:17 +0000',
  Blocksize: 2048,
  Length: 5000,
  'Hash-Lengths': '2,2,4',
  URL: 'App.AppImage',
  'SHA-1': 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
};

/** The sums of the three blocks that the recipe's usual length has. */
export const SUMS = noise(18, 3);

/** The bytes of a control file, a valid one unless the recipe says otherwise. */
export function controlBytes({ headers, more = [], sums = SUMS, lineEnd = '\n' }: ControlRecipe = {}): Uint8Array {
  const lines = Object.entries({ ...HEADERS, ...headers })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
  const text = [...lines, ...more, '', ''].join(lineEnd);
  return new Uint8Array(Buffer.concat([Buffer.from(text, 'latin1'), sums]));
}

/** What a valid control file parses to. */
export const CONTROL: ZsyncControl = {
  generator: '0.6.2',
  fileName: 'App.AppImage',
  mtime: 1_153_857_737,
  blockSize: 2048,
  length: 5000,
  hashLengths: { sequentialMatches: 2, weak: 2, strong: 4 },
  strongHash: 'MD4',
  urls: ['App.AppImage'],
  sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  fileHashes: [],
  compressed: null,
  otherHeaders: [],
  sums: {
    weak: Uint32Array.from([0, 6, 12], (at) => ((SUMS[at] as number) << 8) | (SUMS[at + 1] as number)),
    strong: Uint8Array.from([2, 3, 4, 5, 8, 9, 10, 11, 14, 15, 16, 17], (at) => SUMS[at] as number),
  },
};
