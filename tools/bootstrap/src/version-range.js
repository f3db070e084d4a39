// The part of npm's version ranges that package.json's `engines` uses here: `^1.2 || ^2.3.4 || >=5`.

/**
 * @param {string} version such as `24.11.0` or `v24.11.0`
 * @param {string} range
 * @throws RangeError when the range uses another operator
 */
export function satisfies(version, range) {
  const found = numbers(version.replace(/^v/, ''));
  return range.split('||').some((part) => {
    const [, operator, text] = part.trim().match(/^(\^|>=)([\d.]+)$/) ?? [];
    if (text === undefined)
      throw new RangeError(`Cannot read version range: expected ^x or >=x, found "${part.trim()}"`);
    const wanted = numbers(text);
    return compare(found, wanted) >= 0 && (operator === '>=' || found[0] === wanted[0]);
  });
}

/** @param {string} version */
function numbers(version) {
  return version.split('.').map((part) => Number.parseInt(part, 10));
}

/**
 * @param {number[]} left
 * @param {number[]} right
 */
function compare(left, right) {
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
