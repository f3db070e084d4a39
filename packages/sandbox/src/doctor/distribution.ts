import { readFile } from 'node:fs/promises';

/** Distributions that install programs in the same way. */
export type Family = 'debian' | 'fedora' | 'arch' | 'suse' | 'alpine' | 'nixos';

/** What `/etc/os-release` says. */
export interface Distribution {
  /** "Debian GNU/Linux 12 (bookworm)" */
  readonly name: string;
  /** Undefined for one that is none of those that are known. */
  readonly family: Family | undefined;
}

/** By the words of `ID` and `ID_LIKE`. */
const FAMILIES: Readonly<Record<string, Family>> = {
  debian: 'debian',
  ubuntu: 'debian',
  fedora: 'fedora',
  rhel: 'fedora',
  centos: 'fedora',
  arch: 'arch',
  suse: 'suse',
  opensuse: 'suse',
  alpine: 'alpine',
  nixos: 'nixos',
};

const INSTALL: Readonly<Record<Family, (name: string) => string>> = {
  debian: (name) => `sudo apt install ${name}`,
  fedora: (name) => `sudo dnf install ${name}`,
  arch: (name) => `sudo pacman -S ${name}`,
  suse: (name) => `sudo zypper install ${name}`,
  alpine: (name) => `sudo apk add ${name}`,
  nixos: (name) => `add ${name} to environment.systemPackages`,
};

/** Package names by family; a family that is left out has it by the name `others`. */
export type PackageNames = Partial<Readonly<Record<Family, string>>> & { readonly others: string };

/** Reads which distribution this is. */
export async function readDistribution(file = '/etc/os-release'): Promise<Distribution> {
  return parseDistribution(await readFile(file, 'utf8').catch(() => ''));
}

/** Parses `os-release`. */
export function parseDistribution(text: string): Distribution {
  const fields = new Map(
    [...text.matchAll(/^([A-Z_]+)=(?:"(.*)"|'(.*)'|(.*))$/gm)].map(([, key = '', a, b, c]) => [key, a ?? b ?? c ?? '']),
  );
  const words = [fields.get('ID') ?? '', ...(fields.get('ID_LIKE') ?? '').split(' ')];
  const known = words.map((word) => FAMILIES[word.split('-')[0] ?? '']).find((family) => family !== undefined);
  return { name: fields.get('PRETTY_NAME') ?? (words[0] || 'an unknown distribution'), family: known };
}

/** How a package is installed there: "sudo apt install fuse3". */
export function installRemedy({ family }: Distribution, names: PackageNames): string {
  if (family === undefined) return `install ${names.others}`;
  return INSTALL[family](names[family] ?? names.others);
}
