import type { Session } from '../session.ts';
import { printable } from './printable.ts';

/** A line of a page: what it is about, and what there is to say. */
export type PageLine = readonly [label: string, text: string];

/** Prints a title and a list of facts, the labels in a column. */
export async function printPage(session: Session, title: string, lines: readonly PageLine[]): Promise<void> {
  const width = Math.max(...lines.map(([label]) => label.length));
  await session.stdout.write(`${session.style('bold', printable(title))}\n\n`);
  for (const [label, text] of lines) {
    await session.stdout.write(`  ${session.style('dim', label.padEnd(width))}  ${printable(text)}\n`);
  }
}
