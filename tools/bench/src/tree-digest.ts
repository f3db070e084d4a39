import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `appimage build` puts into an image of the inputs: the icon that it draws, and the desktop entry that it completes. */
export const SUPPLIED: ReadonlySet<string> = new Set(['.DirIcon', 'app.desktop']);

/**
 * One hash over everything below a folder that packing must keep: paths, types, contents, link targets and who may execute.
 *
 * @param ignore paths that do not count
 */
export function treeDigest(folder: string, ignore: ReadonlySet<string> = new Set()): string {
  const hash = createHash('sha256');
  for (const line of lines(folder, '', ignore)) hash.update(`${line}\n`);
  return hash.digest('hex');
}

function* lines(root: string, path: string, ignore: ReadonlySet<string>): Generator<string> {
  const entries = readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const child = path === '' ? entry.name : `${path}/${entry.name}`;
    const file = join(root, child);
    if (ignore.has(child)) continue;
    if (entry.isDirectory()) {
      yield `directory ${child}`;
      yield* lines(root, child, ignore);
    } else if (entry.isSymbolicLink()) {
      yield `link ${child} ${readlinkSync(file)}`;
    } else {
      const executable = (statSync(file).mode & 0o111) !== 0;
      yield `file ${child} ${executable} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
    }
  }
}
