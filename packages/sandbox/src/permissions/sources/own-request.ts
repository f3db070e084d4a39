/*
 * The group `[X-AppImage Permissions]` of a desktop entry: `Level`, `Allow` and `Deny`, the last two lists of words as the options
 * of `appimage run` take them.
 */
import { type DesktopEntry, getRawValue, hasGroup, parseListValue } from '@appimage-js/format';
import { resolveWish } from '../combine.ts';
import { isLevelName } from '../levels.ts';
import { NOTHING, type Permissions } from '../permissions.ts';
import { allow, deny, parseWord } from '../words.ts';
import { collectWords, type Request, withoutLoaderVariables } from './request.ts';

const GROUP = 'X-AppImage Permissions';

/** Reads the request of the group that is documented here; undefined where there is none. */
export function readOwnRequest(entry: DesktopEntry): Request | undefined {
  if (!hasGroup(entry, GROUP)) return undefined;
  const value = (key: string) => getRawValue(entry, key, { group: GROUP });
  const level = value('Level') ?? 'default';
  const unknown = isLevelName(level) ? [] : [`Level=${level}: no such level`];
  let permissions: Permissions = isLevelName(level) ? resolveWish({ level }) : NOTHING;
  const added = collectWords(parseListValue(value('Allow') ?? ''), (word) => {
    permissions = allow(permissions, parseWord(word));
  });
  const removed = collectWords(parseListValue(value('Deny') ?? ''), (word) => {
    permissions = deny(permissions, parseWord(word));
  });
  return withoutLoaderVariables({
    permissions,
    from: GROUP,
    ignored: [...unknown, ...added.ignored, ...removed.ignored],
  });
}
