const WIDTH = 40;

/**
 * The most frequent words as bars, the first of full width.
 *
 * @param {Map<string, number>} counts
 * @param {number} top how many
 */
export function chart(counts, top) {
  const rows = [...counts].sort(([, left], [, right]) => right - left).slice(0, top);
  const labelWidth = Math.max(0, ...rows.map(([word]) => word.length));
  const [, most = 0] = rows[0] ?? [];
  return rows
    .map(([word, count]) => `${word.padEnd(labelWidth)}  ${'█'.repeat(Math.ceil((WIDTH * count) / most))} ${count}\n`)
    .join('');
}
