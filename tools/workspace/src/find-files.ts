import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that hold what was made or fetched, and test inputs that break rules on purpose. */
const SKIPPED = new Set(['node_modules', 'dist', 'reports', 'fixtures', '.git', '.turbo', '.toolchain', '.cache']);

/** Every file below `folder` whose name ends like `ending`, as absolute paths in a stable order. */
export function findFiles(folder: string, ending: RegExp): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : findFiles(path, ending);
    return entry.isFile() && ending.test(entry.name) ? [path] : [];
  });
}
