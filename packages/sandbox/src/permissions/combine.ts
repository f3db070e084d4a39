import { AppImageError } from '@appimage-js/format';
import { isGranted } from './compare.ts';
import { isLevelName, LEVELS, levelPermissions } from './levels.ts';
import { NOTHING, type Permissions } from './permissions.ts';
import { parsePlace } from './place.ts';
import { allow, deny, formatWord, parseWord, permissionWords, type Word } from './words.ts';

/** A wish as text: the level to begin with, words to add and words to take away, in that order. */
export interface Wish {
  /** A name of a level. Default: nothing is granted. */
  readonly level?: string | undefined;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/**
 * The permissions that a wish spells.
 *
 * @throws AppImageError `malformed` for a word that is none
 * @throws RangeError for a level that is none
 */
export function resolveWish({ level, allow: added = [], deny: removed = [] }: Wish, base?: Permissions): Permissions {
  let permissions = base ?? NOTHING;
  if (level !== undefined) {
    if (!isLevelName(level)) {
      throw new RangeError(`Cannot confine: level must be one of ${LEVELS.join(', ')}, found ${JSON.stringify(level)}`);
    }
    permissions = levelPermissions(level);
  }
  for (const text of added) permissions = allow(permissions, parseWord(text));
  for (const text of removed) permissions = withdraw(permissions, parseWord(text));
  return permissions;
}

/**
 * Takes away what a word grants, or says why it can not: what is a part of a wider grant goes with that.
 *
 * @throws AppImageError `malformed` where a wider word still grants it
 */
export function withdraw(permissions: Permissions, word: Word): Permissions {
  const left = deny(permissions, word);
  if (word.kind === 'unset' || !isGranted(left, leastOf(word))) return left;
  const wider = permissionWords(left).find((one) => isGranted(allow(NOTHING, one), leastOf(word)));
  const message = `Cannot deny ${formatWord(word)}: it is a part of ${wider === undefined ? 'what is granted' : formatWord(wider)}; deny that`;
  throw new AppImageError('malformed', message);
}

/** Of a place, reading it: who denies a place denies that, too. */
function leastOf({ kind, value }: Word): Word {
  if (kind === 'network') return { kind, value: 'on' };
  return kind === 'filesystem' ? { kind, value: `${parsePlace(value).place}:ro` } : { kind, value };
}

/** All that either grants. Where only one can be, as for the home folder, the second one's choice. */
export function union(first: Permissions, second: Permissions): Permissions {
  const words = permissionWords(second).filter(
    ({ kind, value }) => !(kind === 'network' && (value === 'off' || first.network === 'on')),
  );
  return words.reduce(allow, first);
}
