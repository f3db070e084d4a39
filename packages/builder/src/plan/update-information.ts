import { AppImageError, findSection, serializeUpdateInformation } from '@appimage-js/format';
import type { Runtime } from '../inspect/runtime.ts';
import type { BuildWarning } from './build-plan.ts';

/** Transports that the specification has. */
const SPECIFIED: ReadonlySet<string> = new Set(['zsync', 'gh-releases-zsync', 'pling-v1-zsync', 'bintray-zsync']);

/**
 * Checks update information before anything is written.
 *
 * @throws AppImageError `malformed` when it is none, `limit` when the runtime has no room for it
 */
export function checkUpdateInformation(text: string, { elf }: Runtime): BuildWarning[] {
  const { length } = serializeUpdateInformation(text);
  const room = elf === null ? Number.POSITIVE_INFINITY : (findSection(elf, '.upd_info')?.size ?? 0);
  if (length > room) {
    throw new AppImageError(
      'limit',
      `Cannot embed update information: it must have at most ${room} bytes, found ${length}`,
    );
  }
  const [transport = ''] = text.split('|');
  if (SPECIFIED.has(transport)) return [];
  const message = `the specification has no update transport ${JSON.stringify(transport)}: not every updater will know it`;
  return [{ code: 'unknown-update-transport', path: null, message }];
}
