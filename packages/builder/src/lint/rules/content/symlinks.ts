import type { FileEntry } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { CONTENTS_OF_IMAGE } from '../../sources.ts';
import { Tally } from './tally.ts';

const SYMLINK_OUTSIDE: Rule = {
  id: 'symlink-outside',
  severity: 'warning',
  summary: 'Symlinks lead to files that are inside',
  source: CONTENTS_OF_IMAGE,
  remedy: 'Make the target relative (ln -sr), or put in its place what it leads to',
  profiles: ['recommended', 'spec'],
};

const SYMLINK_DANGLING: Rule = {
  id: 'symlink-dangling',
  severity: 'note',
  summary: 'Symlinks lead to something',
  source: CONTENTS_OF_IMAGE,
  remedy: 'Take the link out, or put in what it leads to',
  profiles: ['recommended'],
};

/** What belongs to the running system, wherever the application is. */
const OF_THE_SYSTEM = /^\/(?:dev|proc|sys|run)(?:\/|$)/;
/** Others say more of these. */
const JUDGED_ELSEWHERE = /^(?:\.DirIcon|AppRun|[^/]+\.desktop)$/;
/** Packages cut their documentation and what compilers need into pieces of which few are ever there together. */
const INCOMPLETE_BY_HABIT = /(?:^|\/)(?:doc|man|info|help|licenses|include|pkgconfig|cmake)\/|\.so$/;

/** So many links are named one by one. */
const MOST = 10;

/** Where symlinks lead. */
export const symlinkCheck: Check = {
  rules: [SYMLINK_OUTSIDE, SYMLINK_DANGLING],
  visit(subject, report) {
    const links: FileEntry[] = [];
    return {
      entry(entry) {
        if (entry.stat.type === 'symlink' && !JUDGED_ELSEWHERE.test(entry.path)) links.push(entry);
      },
      async finish() {
        const dangling = new Tally();
        let outside = 0;
        for (const link of links) {
          const target = await subject.files.readLink(link, { signal: subject.signal });
          if (OF_THE_SYSTEM.test(target) || (await subject.resolve(link.path)) !== undefined) continue;
          if (leadsOut(link.path, target)) {
            outside += 1;
            const message = `expected a target that is relative and inside, found ${JSON.stringify(target)}`;
            if (outside <= MOST) report(SYMLINK_OUTSIDE, { path: link.path, message });
          } else if (!INCOMPLETE_BY_HABIT.test(link.path)) {
            dangling.add(link.path);
          }
        }
        if (outside > MOST)
          report(SYMLINK_OUTSIDE, {
            message: `expected symlinks that stay inside, found ${outside - MOST} more that do not`,
          });
        if (dangling.first !== undefined) {
          const found = dangling.describe('symlink to nothing', 'symlinks to nothing');
          report(SYMLINK_DANGLING, {
            path: dangling.first,
            message: `expected symlinks that lead to something, found ${found}`,
          });
        }
      },
    };
  },
};

function leadsOut(path: string, target: string): boolean {
  if (target.startsWith('/')) return true;
  let depth = path.split('/').length - 1;
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    depth += part === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}
