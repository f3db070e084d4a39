import type { HttpSourceOptions } from '@appimage-js/format';

/** What the page found in an image; the icon it shows as well. */
export interface PageReport {
  readonly type: string;
  readonly compression: string | null;
  readonly name: string | null;
  readonly version: string | null;
  /** The text of the desktop entry. */
  readonly desktopEntry: string;
  /** Pixels as the browser sees them. */
  readonly icon: { readonly width: number; readonly height: number };
  readonly paths: readonly string[];
  /** SHA-256 in hex. */
  readonly contentHash: string;
  readonly transfer: { readonly bytes: number; readonly requests: number } | null;
}

/** How reading some ranges of a URL ended. */
export interface ReadingReport {
  /** Hex of each range, up to the one that failed. */
  readonly ranges: readonly string[];
  readonly error: { readonly code: string; readonly message: string; readonly url?: string | undefined } | null;
  readonly transfer: { readonly bytes: number; readonly requests: number } | null;
}

/** Options that can be handed into the page. */
export type PlainHttpOptions = Omit<HttpSourceOptions, 'fetch' | 'signal'>;

/** What the tests call inside of the page. */
export interface PageFunctions {
  /** Of the file that was chosen or dropped last. */
  report: Promise<PageReport> | undefined;
  readFrom: (url: string) => Promise<PageReport>;
  readRanges: (
    url: string,
    ranges: readonly (readonly [number, number])[],
    options: PlainHttpOptions,
  ) => Promise<ReadingReport>;
}
