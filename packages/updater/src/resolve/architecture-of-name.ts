/*
 * What the name of a file says about the machine that it is for. The words are those of `uname -m`, of Debian, of Node and of
 * what publishers write; only whole words count, so that "Marmalade" is not for ARM.
 */

const WORDS: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'x86_64'],
  ['x86-64', 'x86_64'],
  ['amd64', 'x86_64'],
  ['x64', 'x86_64'],
  ['linux64', 'x86_64'],
  ['i386', 'i686'],
  ['i486', 'i686'],
  ['i586', 'i686'],
  ['i686', 'i686'],
  ['ia32', 'i686'],
  ['x86', 'i686'],
  ['linux32', 'i686'],
  ['aarch64', 'aarch64'],
  ['arm64', 'aarch64'],
  ['armv8', 'aarch64'],
  ['armhf', 'armhf'],
  ['armv7', 'armhf'],
  ['armv7l', 'armhf'],
  ['armv7hl', 'armhf'],
  ['arm', 'armhf'],
  ['riscv64', 'riscv64'],
  ['ppc64le', 'ppc64le'],
  ['ppc64el', 'ppc64le'],
  ['powerpc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['loongarch64', 'loongarch64'],
  ['loong64', 'loongarch64'],
]);

/** Longer words first, as "x86" begins "x86_64". */
const WORD = new RegExp(
  `(?<![a-z0-9])(?:${[...WORDS.keys()].sort((a, b) => b.length - a.length).join('|')})(?![a-z0-9]|[_-]64(?![a-z0-9]))`,
  'gi',
);

/** The architectures that a name speaks of, in the specification's spelling; empty where it speaks of none. */
export function architecturesOfName(name: string): readonly string[] {
  const found = [...name.matchAll(WORD)].map(([word]) => WORDS.get(word.toLowerCase()) as string);
  return [...new Set(found)];
}

/** The one architecture that a word means: `amd64` is `x86_64`; undefined for an unknown one. */
export function architectureOfWord(word: string): string | undefined {
  return WORDS.get(word.trim().toLowerCase());
}

/** How well a file is fit for a machine, by its name: it says so, it says nothing, or it says another one. */
export function fitOfName(name: string, architecture: string | undefined): 'named' | 'unnamed' | 'other' {
  const named = architecturesOfName(name);
  if (named.length === 0 || architecture === undefined) return 'unnamed';
  return named.includes(architecture) ? 'named' : 'other';
}
