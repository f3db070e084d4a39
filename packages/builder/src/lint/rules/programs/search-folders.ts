import type { ElfFacts } from './elf-facts.ts';

/** What `$LIB` stands for, by distribution. */
const LIB_FOLDERS = ['lib', 'lib64'];

/** The entries of a file's search path as they are stored; empty ones stand for the working directory. */
export function searchEntries({ dynamic }: ElfFacts): string[] {
  const path = dynamic?.runpath ?? dynamic?.rpath ?? null;
  return path === null || path === '' ? [] : path.split(':');
}

/** The folders of the image that a file tells the loader to search, as paths in the image; those outside are left out. */
export function searchFolders(file: ElfFacts): string[] {
  return searchEntries(file).flatMap((entry) => {
    const variants = /\$\{?LIB\b/.test(entry)
      ? LIB_FOLDERS.map((name) => entry.replaceAll(/\$LIB\b|\$\{LIB\}/g, name))
      : [entry];
    return variants.flatMap((variant) => resolveEntry(variant, file.folder) ?? []);
  });
}

/**
 * Where an entry leads, as a path in the image; undefined where it leads out of it. The store of a NixAppImage is at its own
 * absolute path.
 */
export function resolveEntry(entry: string, origin: string): string | undefined {
  if (entry.startsWith('/nix/store/')) return normalize(entry);
  const relative = /^\$(?:ORIGIN|\{ORIGIN\})(?=\/|$)(.*)$/.exec(entry)?.[1];
  return relative === undefined ? undefined : normalize(`${origin}/${relative}`);
}

/** A path without `.`, `..` and empty parts; undefined where it leaves the image. */
export function normalize(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
