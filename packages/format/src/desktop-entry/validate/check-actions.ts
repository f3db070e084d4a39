import type { FlawList } from './flaw-list.ts';
import { ACTION_KEYS } from './known-keys.ts';
import { type ScannedGroup, show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';
import { splitList, tellRepeated } from './split-list.ts';

/** What names of groups for actions begin with. */
export const ACTION_PREFIX = 'Desktop Action ';

const IDENTIFIER = /^[A-Za-z0-9-]+$/;

/** The actions that a value of `Actions` names, those that are none left out. */
export function listActions(key: ScannedKey, flaws: FlawList): string[] {
  const { name, line } = key;
  const actions = splitList(key.value);
  tellRepeated(key, actions, flaws);
  return [...new Set(actions)].filter((action) => {
    if (IDENTIFIER.test(action)) return true;
    flaws.error(line, name, `actions must consist of A-Za-z0-9-, found ${show(action)}`);
    return false;
  });
}

/** Each action has a group, each group an action, and each group what it needs. */
export function checkActions(groups: readonly ScannedGroup[], actions: readonly string[], flaws: FlawList): void {
  const found = groups.filter(({ name }) => name.startsWith(ACTION_PREFIX));
  const named = new Set(actions);
  const defined = new Set(found.map(({ name }) => name));
  for (const group of found) {
    const action = group.name.slice(ACTION_PREFIX.length);
    if (!named.has(action)) {
      flaws.error(group.line, null, `group [${group.name}] must belong to an action of the key Actions, found none`);
      continue;
    }
    for (const [key, { isRequired }] of ACTION_KEYS) {
      if (isRequired && !group.keys.some(({ name }) => name === key)) {
        flaws.error(group.line, key, `group [${group.name}] must have the key ${key}, found none`);
      }
    }
  }
  for (const action of actions) {
    if (!defined.has(ACTION_PREFIX + action)) {
      flaws.error(null, 'Actions', `action ${show(action)} must have a group [${ACTION_PREFIX}${action}], found none`);
    }
  }
}
