import {
  ADDITIONAL_CATEGORIES,
  isMenuCategory,
  MAIN_CATEGORIES,
  NEEDS_AUDIO_VIDEO,
  OLD_CATEGORIES,
  RESERVED_CATEGORIES,
} from './categories.ts';
import type { FlawList } from './flaw-list.ts';
import { show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';
import { splitList, tellRepeated } from './split-list.ts';

/** Looks at the value of `Categories`. */
export function checkCategories(key: ScannedKey, { hasOnlyShowIn }: { hasOnlyShowIn: boolean }, flaws: FlawList): void {
  const { name, line } = key;
  const categories = splitList(key.value);
  tellRepeated(key, categories, flaws);
  const present = new Set(categories);
  for (const category of present) {
    if (category.startsWith('X-')) continue;
    if (OLD_CATEGORIES.has(category)) flaws.warning(line, name, `category ${show(category)} is deprecated`);
    else if (!isMenuCategory(category)) {
      flaws.error(line, name, `categories must be registered or begin with "X-", found ${show(category)}`);
    }
    if (RESERVED_CATEGORIES.has(category) && !hasOnlyShowIn) {
      flaws.error(line, name, `reserved category ${show(category)} must come with the key OnlyShowIn, found none`);
    }
    if (NEEDS_AUDIO_VIDEO.has(category) && !present.has('AudioVideo')) {
      flaws.warning(line, name, `category ${show(category)} must come with AudioVideo, found it alone`);
    }
    const beside = ADDITIONAL_CATEGORIES.get(category) ?? [];
    if (beside.length > 0 && !beside.some((together) => together.every((each) => present.has(each)))) {
      const wanted = beside.map((together) => together.join(' and ')).join(', or ');
      flaws.note(line, name, `category ${show(category)} should come with ${wanted}`);
    }
  }
  countMain(key, present, flaws);
}

/** `Audio` and `Video` beside `AudioVideo` do not count. */
function countMain({ name, line, value }: ScannedKey, present: ReadonlySet<string>, flaws: FlawList): void {
  if (value === '') return;
  const isCounted = (each: string) =>
    MAIN_CATEGORIES.has(each) && !(NEEDS_AUDIO_VIDEO.has(each) && present.has('AudioVideo'));
  const count = [...present].filter(isCounted).length;
  if (count === 0)
    flaws.note(line, name, 'one main category should be there, found none; menus have no section for it');
  if (count > 1)
    flaws.note(line, name, `one main category should be there, found ${count}; menus list it several times`);
}
