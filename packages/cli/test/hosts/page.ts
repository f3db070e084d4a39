import { existsSync, readFileSync } from 'node:fs';
import { groups } from '@appimage-js/runtime-shim/test/hosts';
import { kinds } from './kinds.ts';
import { type Cell, isAsked, recordPath } from './record.ts';

/** The lines of the page between which its tables are. */
const BEGIN = '<!-- the tables: written by packages/cli/test/hosts -->';
const END = '<!-- the end of the tables -->';

/** What was recorded of a kind; undefined for one that nobody could start yet. */
export function readRecord(kind: string): Readonly<Record<string, Cell>> | undefined {
  const path = recordPath(kind);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** The tables for users: a row a host, a column a kind; kinds whose rows are all the same share one. */
export function renderTables(): string {
  const columns = columnsOfPage();
  const tables = groups.map(({ title, hosts }) => {
    const head = ['condition', ...columns.map(({ names }) => names.join(' · ')), 'what helps'];
    const asked = hosts.filter((host) => isAsked(host, ''));
    const rows = asked.map((host) => [
      host.name,
      ...columns.map(({ record }) => record[host.name] ?? ''),
      columns.some(({ record }) => record[host.name] === 'says what to do') ? (host.advice ?? 'What it says.') : '',
    ]);
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`.replaceAll(/\| {2}(?=\|)/g, '| ');
    return `### ${title}\n\n${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('')}`;
  });
  return tables.join('\n');
}

function columnsOfPage() {
  const columns: { readonly names: string[]; readonly record: Readonly<Record<string, Cell>> }[] = [];
  for (const { name } of kinds) {
    const record = readRecord(name);
    if (record === undefined) continue;
    const same = columns.find((column) => JSON.stringify(column.record) === JSON.stringify(record));
    if (same === undefined) columns.push({ names: [name], record });
    else same.names.push(name);
  }
  return columns;
}

/** The page with its tables written anew. */
export function withTables(page: string, tables: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`Cannot write the tables: the page must have "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables}\n${page.slice(end)}`;
}
