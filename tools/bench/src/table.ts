import type { Comparison, Result } from './measure.ts';

const HEAD = ['work', 'by', 'time', 'ratio', 'target', 'size', 'ratio'];

/** The comparisons as a table for a terminal: ours first, each peer below with the ratio of ours to it. */
export function formatTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.flatMap(linesOf);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const format = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd();
  return `${[HEAD, widths.map((width) => '-'.repeat(width)), ...lines].map(format).join('\n')}\n`;
}

function linesOf({ work, results, targets = {}, limit }: Comparison): string[][] {
  const [ours, ...peers] = results;
  if (ours === undefined) return [];
  return [
    [work, ours.name, time(ours), '', limit === undefined ? '' : `${limit} ms`, size(ours.bytes), ''],
    ...peers.map((peer) => {
      if (peer.missing !== undefined) return ['', `${peer.name}: ${peer.missing}`];
      const target = targets[peer.name];
      return [
        '',
        peer.name,
        time(peer),
        ratio(ours.milliseconds, peer.milliseconds),
        target === undefined ? '' : `≤ ${target.toFixed(1)}`,
        size(peer.bytes),
        ratio(ours.bytes, peer.bytes),
      ];
    }),
  ];
}

function time({ milliseconds, missing }: Result): string {
  if (missing !== undefined || milliseconds === undefined) return '–';
  return milliseconds < 100 ? `${milliseconds.toFixed(2)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${(bytes / 1e6).toFixed(2)} MB`;
}

function ratio(ours: number | undefined, peer: number | undefined): string {
  return ours === undefined || peer === undefined ? '' : (ours / peer).toFixed(2);
}
