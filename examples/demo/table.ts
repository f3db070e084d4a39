/** What was measured of an example; times in milliseconds, from the start of a process to its end. */
export interface Row {
  readonly name: string;
  /** Bytes of the AppImage. */
  readonly size: number;
  readonly built: number;
  readonly first: number;
  readonly again: number;
}

const COLUMNS: readonly { readonly title: string; readonly cell: (row: Row) => string }[] = [
  { title: 'AppImage', cell: ({ name }) => name },
  {
    title: 'size',
    cell: ({ size }) => (size < 1e6 ? `${(size / 1e3).toFixed(0)} kB` : `${(size / 1e6).toFixed(1)} MB`),
  },
  { title: 'built in', cell: ({ built }) => `${(built / 1e3).toFixed(1)} s` },
  { title: 'first run', cell: ({ first }) => `${first.toFixed(0)} ms` },
  { title: 'second run', cell: ({ again }) => `${again.toFixed(0)} ms` },
];

/** Prints rows below their titles: names to the left, numbers to the right. */
export function printTable(rows: readonly Row[]): void {
  const columns = COLUMNS.map(({ title, cell }, index) => {
    const texts = [title, ...rows.map(cell)];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => (index === 0 ? text.padEnd(width) : text.padStart(width)));
  });
  for (let line = 0; line <= rows.length; line++) {
    process.stdout.write(`  ${columns.map((texts) => texts[line]).join('   ')}\n`);
  }
}
