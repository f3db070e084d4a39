/**
 * What kind of thing went wrong; stable, and the way to tell errors apart.
 *
 * - `malformed`: the input breaks its own format's rules
 * - `unsupported`: the input is valid but needs something that is not there (a codec, a version, a tool)
 * - `out-of-bounds`: an access beyond the end of a source or record
 * - `not-found`: a path, section or key that was asked for is not there, or is of another kind
 * - `limit`: a limit from the options was reached (size, count, depth, ratio)
 * - `io`: the file system or the network failed; `cause` has the original error
 * - `untrusted`: a signature, digest or origin does not hold
 * - `not-permitted`: the host or a rule forbids it
 */
export type AppImageErrorCode =
  | 'malformed'
  | 'unsupported'
  | 'out-of-bounds'
  | 'not-found'
  | 'limit'
  | 'io'
  | 'untrusted'
  | 'not-permitted';

/** Where an error was met; every field that is known is set. */
export interface AppImageErrorDetails {
  readonly cause?: unknown;
  /** Absolute offset in bytes in the source that was read. */
  readonly offset?: number;
  /** Path on disk or inside the image. */
  readonly path?: string;
  readonly url?: string;
}

/** Base of every error that this toolkit throws about its input or its host; a caller's mistake is a `TypeError`/`RangeError`. */
export class AppImageError extends Error {
  override readonly name = 'AppImageError';
  readonly code: AppImageErrorCode;
  // Declared only, so that what is not known is not even there as `undefined`.
  declare readonly offset?: number;
  declare readonly path?: string;
  declare readonly url?: string;

  constructor(code: AppImageErrorCode, message: string, details: AppImageErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.path !== undefined) this.path = details.path;
    if (details.url !== undefined) this.url = details.url;
  }

  /** The fields of the error as a plain object, for `--json` and logs. */
  toJSON(): Record<string, unknown> {
    const { code, message, offset, path, url } = this;
    return { code, message, ...definedOnly({ offset, path, url }) };
  }
}

/** Tells an {@link AppImageError} from any other value, even one thrown by another copy of this package. */
export function isAppImageError(value: unknown): value is AppImageError {
  return value instanceof Error && value.name === 'AppImageError' && 'code' in value;
}

function definedOnly(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
