import { type CachedTree, cleanCache, listCache, readHost } from '@appimage-js/sandbox';
import { Command, Option } from '@commander-js/extra-typings';
import { printable, showPath } from '../output/printable.ts';
import { formatFileCount, formatSize } from '../output/size.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { parseDuration } from '../values/duration.ts';
import { parseByteCount } from '../values/numbers.ts';

const ACTIONS = ['list', 'size', 'clean', 'evict'] as const;

/** `appimage cache` */
export function cacheCommand(session: Session) {
  return new Command('cache')
    .description(
      'Tells what AppImages have been unpacked for later starts, and removes it. What is in use stays. "evict" removes what ' +
        '--older-than or --max-size says, "clean" all, or what is named.',
    )
    .argument('[ACTION]', ACTIONS.join(', '), 'list')
    .argument('[NAME...]', 'for clean: names of applications, keys or paths, as list prints them')
    .addOption(
      new Option('--older-than <SPAN>', 'for evict: not started for so long: 30d, 12h').argParser(parseDuration),
    )
    .addOption(
      new Option('--max-size <BYTES>', 'for evict: what the cache may have afterwards: 500M, 2G').argParser(
        parseByteCount,
      ),
    )
    .option('--dry-run', 'only say what would be removed')
    .action(async (action, names, options) => {
      const { environment: env } = session;
      if (action === 'list') return await printList(session, await listCache(env));
      if (action === 'size') return await printSize(session, await listCache(env));
      const clean = { host: readHost(), env, dryRun: options.dryRun === true };
      if (action === 'clean') return await remove(session, { ...clean, only: names });
      if (action !== 'evict') throw new UsageError(`ACTION must be ${ACTIONS.join(', ')}, found ${action}`);
      const { olderThan, maxSize } = options;
      if (olderThan === undefined && maxSize === undefined) {
        throw new UsageError('Cannot evict: expected --older-than or --max-size, found neither; "clean" removes all');
      }
      return await remove(session, {
        ...clean,
        ...(olderThan === undefined ? {} : { olderThan }),
        ...(maxSize === undefined ? {} : { maximumSize: maxSize }),
      });
    });
}

async function printList(session: Session, trees: readonly CachedTree[]): Promise<void> {
  if (session.settings.json) return await session.printJson(trees);
  for (const tree of trees) await session.stdout.write(`${lineOf(tree)}\n`);
  if (trees.length === 0) await session.summary('Nothing is in the cache');
}

async function printSize(session: Session, trees: readonly CachedTree[]): Promise<void> {
  const size = trees.reduce((sum, tree) => sum + tree.size, 0);
  if (session.settings.json) return await session.printJson({ size, trees: trees.length });
  await session.stdout.write(`${formatSize(size)} in ${trees.length} ${trees.length === 1 ? 'image' : 'images'}\n`);
}

async function remove(session: Session, options: Parameters<typeof cleanCache>[0]): Promise<void> {
  const cleaned = await cleanCache(options);
  if (session.settings.json) return await session.printJson(cleaned);
  const { removed, kept, freed } = cleaned;
  for (const { path } of kept) session.note(`${showPath(path)} is in use and stays`);
  const verb = options.dryRun === true ? 'Would remove' : 'Removed';
  await session.summary(`${verb} ${removed.length} ${removed.length === 1 ? 'image' : 'images'}, ${formatSize(freed)}`);
}

function lineOf({ key, kind, name, size, files, lastUsed, inUse }: CachedTree): string {
  const date = new Date(lastUsed * 1000).toISOString().slice(0, 10);
  const what = name === null ? (kind === 'root' ? 'a root for --fhs' : 'without a name') : printable(name);
  const use = inUse === true ? ', in use' : '';
  return `${key}  ${what}, ${formatSize(size)}, ${formatFileCount(files)}, last used ${date}${use}`;
}
