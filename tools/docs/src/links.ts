import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Finding } from '@appimage-js/workspace-tool';
import { anchors, lineAt, withoutCode } from './markdown.ts';

/** Every relative link of a page leads to a file of the repository, and its fragment to a heading there. */
export function checkLinks(root: string, page: string): Finding[] {
  const text = withoutCode(readFileSync(page, 'utf8'));
  return [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)].flatMap((match) => {
    const link = match[1] ?? match[2] ?? '';
    const problem = problemOf(link, page);
    return problem === undefined
      ? []
      : [{ where: `${relative(root, page)}:${lineAt(text, match.index)}`, message: problem }];
  });
}

function problemOf(link: string, page: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = '', fragment] = link.split('#', 2);
  const target = path === '' ? page : resolve(page, '..', decodeURIComponent(path));
  if (!existsSync(target)) return `the link leads nowhere: ${link}`;
  if (fragment === undefined || !target.endsWith('.md')) return undefined;
  return anchors(readFileSync(target, 'utf8')).has(fragment) ? undefined : `the page has no heading for ${link}`;
}
