import { CONTENTS, type LaunchThrough } from '../plan.ts';

/** A name in a directory. */
export interface RootEntry {
  readonly name: string;
  /** Where it leads, of a symlink. */
  readonly target?: string;
}

/** What a plan has to know about a root and about the host that it is to stand in for. */
export interface RootFacts {
  /** Absolute path of the root. */
  readonly root: string;
  readonly entries: readonly RootEntry[];
  /** Of the root's `etc`. */
  readonly etc: readonly RootEntry[];
  /** Names in the host's "/"; those that only lead elsewhere are symlinks here, too. */
  readonly host: readonly RootEntry[];
  /** Paths of the host that the application should see as they are, of those in `/etc`, and where they lead. */
  readonly hostEtc: Readonly<Record<string, string>>;
  /** Absolute path of bubblewrap, or of a program with its arguments. */
  readonly program: string;
}

/** The system's own: these come from the root, and where that has none, there are none. */
const OF_SYSTEM = ['bin', 'boot', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'sbin', 'usr'];

/** Files that say who and where one is; the rest of `/etc` has to fit the libraries. */
export const ETC_OF_HOST: readonly string[] = [
  'group',
  'hostname',
  'hosts',
  'localtime',
  'machine-id',
  'passwd',
  'resolv.conf',
];

/**
 * Plans to start an application in a root of its own: programs and libraries of that root, everything else of the host: home,
 * `/run`, `/tmp`, devices. That is no confinement: it takes no right from the application.
 */
export function planStandardRoot(facts: RootFacts, cwd: string): LaunchThrough {
  const { root, entries, etc, host, hostEtc, program } = facts;
  const system = entries.filter(({ name }) => OF_SYSTEM.includes(name) && name !== 'etc');
  const ofHost = host.filter(({ name }) => !OF_SYSTEM.includes(name));
  return {
    program,
    args: [
      ...ofHost.flatMap((entry) => placed(entry, `/${entry.name}`, ['--dev-bind', '/'])),
      ...system.flatMap((entry) => placed(entry, `/${entry.name}`, ['--ro-bind', root])),
      ...etc
        .filter(({ name }) => hostEtc[name] === undefined)
        .flatMap((entry) => placed(entry, `/etc/${entry.name}`, ['--ro-bind', `${root}/etc`])),
      ...Object.entries(hostEtc).flatMap(([name, path]) => ['--ro-bind', path, `/etc/${name}`]),
      '--chdir',
      cwd,
      '--',
      `${CONTENTS}/AppRun`,
    ],
  };
}

function placed({ name, target }: RootEntry, at: string, [option, folder]: readonly [string, string]): string[] {
  if (target !== undefined) return ['--symlink', target, at];
  return [option, folder === '/' ? `/${name}` : `${folder}/${name}`, at];
}
