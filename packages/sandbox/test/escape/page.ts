import { PROBES, type Probe } from './probes.ts';

/** The lines of the page between which its tables are. */
const BEGIN = '<!-- the tables: written by packages/sandbox/test/escape -->';
const END = '<!-- the end of the tables -->';

/** The tables of the page: what is tried, what is to be expected, and what the tests hold both mechanisms to. */
export function renderTables(): string {
  return PROBES.map(({ title, probes }) => `### ${title}\n\n${renderTable(probes)}`).join('\n');
}

function renderTable(probes: readonly Probe[]): string {
  const head = ['probe', 'unconfined', 'as Flatpak has it', 'bubblewrap', 'own program', 'closed by'];
  const rows = probes.map(({ name, who, flatpak, expected, by }) => [
    name,
    who === undefined ? 'reached' : who === 'root' ? 'reached by root' : 'reached by an ordinary user',
    flatpak,
    expected,
    expected,
    by,
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}

/** The page with its tables written anew. */
export function withTables(page: string, tables: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`Cannot write the tables: the page must have "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables}\n${page.slice(end)}`;
}
