/*
 * The order of versions. Nothing says how an application has to name them, so what is common is put into one order:
 * semantic versions by the rules of semver.org, section 11, everything else as Debian orders them (deb-version(7)), with a
 * pre-release before its release.
 */

/** Letters behind which a word means a version that comes before the one in front of it. */
const PRE_RELEASE = /^(?:alpha|beta|dev|nightly|pre|preview|rc|snapshot)(?![a-z])/i;

/**
 * Compares two versions: negative where `a` is the older one, zero where neither is older, positive where `a` is newer;
 * undefined where one of them has no number in front that would say, such as "continuous".
 *
 * A "v" in front and whatever follows a "+" do not count. Numbers are compared as numbers, of any length; "~" and words such as
 * "-rc.1", "-beta" come before the end: 1.0-rc.1 < 1.0 < 1.0.1. Between pre-releases, a number comes before a word and the
 * shorter of two comes first.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const left = normalize(a);
  const right = normalize(b);
  if (left === undefined || right === undefined) return undefined;
  const [leftRelease, leftRest] = splitPreRelease(left);
  const [rightRelease, rightRest] = splitPreRelease(right);
  const releases = compareText(leftRelease, rightRelease);
  if (releases !== 0) return releases;
  if (leftRest === undefined || rightRest === undefined) {
    return Number(leftRest === undefined) - Number(rightRest === undefined);
  }
  return comparePreReleases(leftRest, rightRest);
}

/** Without what does not count; undefined for what does not begin with a number. */
function normalize(version: string): string | undefined {
  const [text = ''] = version
    .trim()
    .replace(/^v(?:ersion)?[-. ]?(?=\d)/i, '')
    .split('+', 1);
  return /^\d/.test(text) ? text.slice(0, 256) : undefined;
}

/** "1.0-rc.1", "1.0~rc1" and "1.0rc1" are 1.0 and its pre-release; "1.0-2" is a release of its own. */
function splitPreRelease(version: string): readonly [release: string, rest: string | undefined] {
  const semantic = /^(\d+\.\d+\.\d+)-(.+)$/.exec(version);
  if (semantic?.[1] !== undefined && /^[\da-z.-]+$/i.test(semantic[2] ?? '') && !/^\d+$/.test(semantic[2] ?? '')) {
    return [semantic[1], semantic[2]];
  }
  for (const { index, 0: mark } of version.matchAll(/[-._~]|(?<=\d)(?=[a-z])/gi)) {
    const rest = version.slice(index + mark.length);
    if (mark === '~' || PRE_RELEASE.test(rest)) return [version.slice(0, index), rest];
  }
  return [version, undefined];
}

function comparePreReleases(a: string, b: string): number {
  const left = a.split(/[.-]/);
  const right = b.split(/[.-]/);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one, other] = [left[index], right[index]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    const order = compareText(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** Debian's way: by turns what is not a digit, letters before everything else, and numbers. Zeros at the end do not count. */
function compareText(a: string, b: string): number {
  const left = tokens(a);
  const right = tokens(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareToken(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function tokens(text: string): readonly string[] {
  return text.replace(/(?<=\d)(?:[.]0+)+$/, '').match(/\d+|\D+/g) ?? [];
}

function compareToken(a: string, b: string): number {
  if (/^\d*$/.test(a) && /^\d*$/.test(b)) {
    const [left, right] = [BigInt(a || '0'), BigInt(b || '0')];
    return Number(left > right) - Number(left < right);
  }
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = weight(a[index]) - weight(b[index]);
    if (order !== 0) return Math.sign(order);
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === undefined || /\d/.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return /[a-z]/i.test(character) ? code : code + 256;
}
