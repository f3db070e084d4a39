/*
 * Update information: one line that says where newer versions are found, its fields separated by "|", the first of them
 * the transport.
 * Source: AppImage specification, "Update information".
 */
import { AppImageError } from '../errors.ts';

/** Update information as it was found; how each transport's fields are read is the updater's business. */
export interface UpdateInformation {
  readonly raw: string;
  /** The first field: `zsync`, `gh-releases-zsync` … */
  readonly transport: string;
}

/** Parses the content of a `.upd_info` section; `undefined` when it is empty. */
export function parseUpdateInformation(bytes: Uint8Array): UpdateInformation | undefined {
  const end = bytes.indexOf(0);
  const raw = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
  if (raw === '') return undefined;
  return { raw, transport: raw.slice(0, raw.indexOf('|') < 0 ? undefined : raw.indexOf('|')) };
}

/**
 * Serializes update information into the bytes of a `.upd_info` section, without padding.
 *
 * @throws AppImageError `malformed` where there is no transport, no second field, or a control character
 */
export function serializeUpdateInformation(raw: string): Uint8Array {
  if (!/^[\w-]+\|[^|]/.test(raw) || [...raw].some((character) => character < ' ' || character === '\x7f')) {
    throw new AppImageError(
      'malformed',
      `Cannot embed update information: expected "transport|field|…" on one line, found ${JSON.stringify(raw)}`,
    );
  }
  return new TextEncoder().encode(raw);
}
