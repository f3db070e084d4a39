import { isLevelName, LEVELS, levelPermissions } from './levels.ts';
import { NOTHING, type Permissions } from './permissions.ts';
import { allow, deny, parseWord, permissionWords } from './words.ts';

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
  for (const text of removed) permissions = deny(permissions, parseWord(text));
  return permissions;
}

/** All that either grants. Where only one can be, as for the home folder, the second one's choice. */
export function union(first: Permissions, second: Permissions): Permissions {
  const words = permissionWords(second).filter(
    ({ kind, value }) => !(kind === 'network' && (value === 'off' || first.network === 'on')),
  );
  return words.reduce(allow, first);
}
