const words = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * How often each word occurs, in lower case.
 *
 * @param {string} text
 * @returns {Map<string, number>}
 */
export function countWords(text) {
  const counts = new Map();
  for (const { segment, isWordLike } of words.segment(text.toLowerCase())) {
    if (isWordLike) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  }
  return counts;
}
