import type { Comparison } from './measure.ts';

const HEAD = ['work', 'by', 'time', 'ratio', 'target', 'size', 'ratio'];

/** The comparisons as a table for a terminal: ours first, each peer below with the ratio of every one of ours to it. */
export function formatTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.flatMap(linesOf);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return `${[HEAD, widths.map((width) => '-'.repeat(width)), ...lines].map(format).join('\n')}\n`;
}

function linesOf({ work, results, targets = {}, limit }: Comparison): string[][] {
  const ours = results.filter((result) => result.ours);
  return results.map((result, index) => {
    const head = [
      index === 0 ? work : '',
      result.missing === undefined ? result.name : `${result.name}: ${result.missing}`,
    ];
    const cells = [...head, time(result.milliseconds)];
    if (result.ours) return [...cells, '', limit === undefined ? '' : `≤ ${limit} ms`, size(result.bytes), ''];
    const target = targets[result.name];
    const times = ours.map(({ milliseconds }) => ratio(milliseconds, result.milliseconds));
    const sizes = ours.map(({ bytes }) => ratio(bytes, result.bytes));
    return [
      ...cells,
      list(times),
      target === undefined ? '' : `≤ ${target.toFixed(1)}`,
      size(result.bytes),
      list(sizes),
    ];
  });
}

function time(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  return milliseconds < 1000
    ? `${milliseconds.toFixed(milliseconds < 100 ? 2 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`;
}

function list(ratios: readonly string[]): string {
  return ratios.filter((text) => text !== '').join(' / ');
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${(bytes / 1e6).toFixed(2)} MB`;
}

function ratio(ours: number | undefined, peer: number | undefined): string {
  return ours === undefined || peer === undefined ? '' : (ours / peer).toFixed(2);
}
