import type { MissingNeed } from './program-needs.ts';

/** How many libraries a message names. */
const NAMED = 6;

/** Says what is missing and what to do, in one line for a message; undefined where nothing is. */
export function explainMissing(missing: readonly MissingNeed[]): string | undefined {
  const loader = missing.find(({ kind }) => kind === 'loader');
  const interpreter = missing.find(({ kind }) => kind === 'interpreter');
  const libraries = missing.filter(({ kind }) => kind === 'library');
  const first = loader ?? interpreter ?? libraries[0];
  if (first === undefined) return undefined;
  const parts = [
    loader && `the dynamic loader ${loader.name}`,
    interpreter && `the program ${interpreter.name}`,
    libraries.length > 0 && listLibraries(libraries),
  ].filter((part) => part !== undefined && part !== false);
  return `${first.neededBy} needs ${parts.join(', ')}, which this system does not have; ${remedy(loader?.name)}`;
}

function listLibraries(libraries: readonly MissingNeed[]): string {
  const names = libraries.slice(0, NAMED).map(({ name }) => name);
  const rest = libraries.length - names.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `${libraries.length === 1 ? 'the library' : 'the libraries'} ${names.join(', ')}${more}`;
}

function remedy(loader: string | undefined): string {
  const root = 'start it in a root that has them: --fhs SOURCE (a directory, an OCI image, steam-run)';
  if (loader?.includes('ld-linux')) {
    return `it is made for glibc: install gcompat (Alpine), enable programs.nix-ld (NixOS), or ${root}`;
  }
  return loader?.includes('ld-musl')
    ? `it is made for musl: install musl, or ${root}`
    : `install what is missing, or ${root}`;
}
