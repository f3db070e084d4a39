/*
 * The programs that a person has pinned to the dock of GNOME. gsettings(1):
 * https://manpages.debian.org/gsettings
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const SCHEMA = ['org.gnome.shell', 'favorite-apps'] as const;
/** Strings without anything that would have to be escaped. */
const LIST = /^\[(?:'[^'\\]*'(?:, '[^'\\]*')*)?\]$/;
const TIMEOUT_MILLISECONDS = 10_000;

const run = promisify(execFile);

/**
 * Puts programs into the places of others among the favorites of GNOME; where there is no GNOME, or it can not be asked, nothing.
 *
 * @param successors desktop ids of those that come, by those that go
 * @returns the desktop ids that were replaced
 */
export async function takeOverFavorites(successors: ReadonlyMap<string, string>): Promise<string[]> {
  const gsettings = (...args: string[]) => run('gsettings', args, { timeout: TIMEOUT_MILLISECONDS });
  try {
    const { stdout } = await gsettings('get', ...SCHEMA);
    const text = stdout.trim();
    if (!LIST.test(text)) return [];
    const before = [...text.matchAll(/'([^']*)'/g)].map(([, id = '']) => id);
    const replaced = before.filter((id) => successors.has(id));
    if (replaced.length === 0) return [];
    const after = new Set(before.map((id) => successors.get(id) ?? id));
    await gsettings('set', ...SCHEMA, `[${[...after].map((id) => `'${id}'`).join(', ')}]`);
    return replaced;
  } catch {
    return []; // neither the program nor its schema has to be there
  }
}
