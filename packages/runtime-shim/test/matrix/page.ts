import { type Column, type Host, type Outcome, outcomeOf, runs } from './host-condition.ts';
import { groups } from './hosts/index.ts';

/** The lines of the page between which its tables are. */
const BEGIN = '<!-- the tables: written by packages/runtime-shim/test/matrix -->';
const END = '<!-- the end of the tables -->';

/** The tables of the page for users: all rows of the matrix, under the headings of their groups. */
export function renderTables(formats: readonly Column[]): string {
  return groups.map(({ title, hosts }) => `### ${title}\n\n${renderTable(hosts, formats)}`).join('\n');
}

function renderTable(hosts: readonly Host[], formats: readonly Column[]): string {
  const head = ['condition', ...formats, 'what helps'];
  const rows = hosts.map((host) => [
    host.name,
    ...formats.map((format) => describe(outcomeOf(host, format))),
    host.advice ?? '',
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`.replaceAll('|  |', '| |');
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}

function describe(outcome: Outcome): string {
  return runs(outcome) ? outcome.by : 'does not start, and says why';
}

/** The page with its tables written anew. */
export function withTables(page: string, tables: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`Cannot write the tables: the page must have "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables}\n${page.slice(end)}`;
}
