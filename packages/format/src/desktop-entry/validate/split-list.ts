import type { FlawList } from './flaw-list.ts';
import { show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';

/** The items of a list; the one behind the last semicolon counts unless it is empty. */
export function splitList(value: string): string[] {
  const items = value.split(';');
  return items.at(-1) === '' ? items.slice(0, -1) : items;
}

/** Notes items that are there more than once. */
export function tellRepeated({ name, line }: ScannedKey, items: readonly string[], flaws: FlawList): void {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const item of items) (seen.has(item) ? repeated : seen).add(item);
  for (const item of repeated) flaws.warning(line, name, `items must be different, found ${show(item)} more than once`);
}
