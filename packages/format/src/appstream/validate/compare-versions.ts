/** Orders versions as package managers do: numbers by value, words by letters, `~` before everything. */
export function compareVersions(left: string, right: string): number {
  const leftParts = split(left);
  const rightParts = split(right);
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index++) {
    const order = compareParts(leftParts[index], rightParts[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Runs of digits, runs of letters, and tildes; what is between them only separates. */
function split(version: string): string[] {
  return version.match(/\d+|[A-Za-z]+|~/g) ?? [];
}

function compareParts(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0;
  if (left === '~' || right === '~') return left === '~' ? -1 : 1;
  if (left === undefined || right === undefined) return compareEnd(left, right);
  const areNumbers = /^\d/.test(left) && /^\d/.test(right);
  if (areNumbers) return compareNumbers(left, right);
  if (/^\d/.test(left)) return 1;
  if (/^\d/.test(right)) return -1;
  return left < right ? -1 : 1;
}

/** Where one version ends, the one that goes on is the newer. */
function compareEnd(left: string | undefined, right: string | undefined): number {
  return left === undefined && right !== undefined ? -1 : 1;
}

function compareNumbers(left: string, right: string): number {
  const a = left.replace(/^0+(?=\d)/, '');
  const b = right.replace(/^0+(?=\d)/, '');
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}
