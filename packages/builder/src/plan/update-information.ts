import { AppImageError, findSection, serializeUpdateInformation } from '@appimage-js/format';
import type { Runtime } from '../inspect/runtime.ts';
import type { BuildWarning } from './build-plan.ts';

/** Transports with the number of fields that the specification gives them, the transport itself included. */
const TRANSPORTS: ReadonlyMap<string, number> = new Map([
  ['zsync', 2],
  ['gh-releases-zsync', 5],
  ['pling-v1-zsync', 3],
  ['bintray-zsync', 5],
]);

/**
 * Checks update information before anything is written.
 *
 * @throws AppImageError `malformed` when it is none, `limit` when the runtime has no room for it
 */
export function checkUpdateInformation(text: string, { elf }: Runtime): BuildWarning[] {
  const { length } = serializeUpdateInformation(text);
  const room = findSection(elf, '.upd_info')?.size ?? 0;
  if (length > room) {
    throw new AppImageError(
      'limit',
      `Cannot embed update information: it must have at most ${room} bytes, found ${length}`,
    );
  }
  const [transport = '', ...fields] = text.split('|');
  const expected = TRANSPORTS.get(transport);
  if (expected === undefined) {
    const message = `the specification has no update transport ${JSON.stringify(transport)}: not every updater will know it`;
    return [{ code: 'unknown-update-transport', path: null, message }];
  }
  if (fields.length + 1 !== expected || fields.includes('')) {
    throw new AppImageError(
      'malformed',
      `Cannot embed update information: ${transport} must have ${expected} fields, none of them empty, found ${JSON.stringify(text)}`,
    );
  }
  return [];
}
