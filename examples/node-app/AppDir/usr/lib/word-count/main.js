import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chart } from './chart.js';
import { countWords } from './count-words.js';

const USAGE = `Usage: word-count [--top N] [FILE…]

Counts the words of the files, or of standard input, and shows the most frequent ones.
`;

const STANDARD_INPUT = 0;

/** @returns {number} the exit status */
function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { top: { type: 'string', default: '10' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const top = Number(values.top);
  if (!Number.isInteger(top) || top < 1) throw new Error(`--top must be a number from 1 on, found ${values.top}`);

  const texts = (positionals.length === 0 ? [STANDARD_INPUT] : positionals).map((file) => readFileSync(file, 'utf8'));
  const counts = countWords(texts.join('\n'));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${total} words, ${counts.size} different\n${chart(counts, top)}`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`word-count: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 2;
}
