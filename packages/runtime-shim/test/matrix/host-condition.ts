import type { Oracle } from '@appimage-js/testing';

/** What there is a column of the matrix for. */
export type Column = 'ELF' | 'shImg' | 'shImg without helper';

/** How an image comes to run. */
export type Way = 'root' | 'fusermount' | 'userns' | 'extract';

/** The application runs; `in` is how the path of its APPDIR begins. */
export interface Runs {
  readonly by: Way;
  readonly in?: string;
  /** What somebody else says on stderr meanwhile, which the runtime has no say in. */
  readonly stderr?: string;
}

/** It cannot run; everything that has to be said about it on stderr, the remedy among it. */
export interface Refuses {
  readonly status: number;
  readonly says: readonly string[];
}

export type Outcome = Runs | Refuses;

/** A row of the matrix: one condition of a host, how to make it, and what a start comes to. */
export interface Host {
  /** As the page for users names it. */
  readonly name: string;
  /** Lines of sh, run by root in a mount namespace of the row's own: see `host-stage.ts` for what is there already. */
  readonly setUp?: readonly string[];
  /** More namespaces of the row's own. In a user namespace, root is no root outside. */
  readonly namespaces?: ReadonlyArray<'net' | 'user'>;
  /** Who starts the image; an ordinary user where it is not said. */
  readonly as?: 'root';
  /** Programs, with their arguments, that root starts the image through; `WITHOUT` stands for `programs/without.c`. */
  readonly enter?: readonly string[];
  /** Programs, with their arguments, that the user starts the image through. */
  readonly through?: readonly string[];
  /** Beside what {@link defaultEnvironment} says; null for a variable that is not set. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Where the image is, as the user writes it. */
  readonly image?: string;
  /** Where APPIMAGE says that it is; the same where it is not said. */
  readonly resolved?: string;
  /** Standard descriptors that are closed, and have to arrive so. */
  readonly closed?: readonly number[];
  /** Names in the watched folders that are the row's own. */
  readonly keeps?: readonly string[];
  /** The image holds another one, which is what is looked at. */
  readonly nested?: true;
  /** Whether death by a signal can be told there: pid 1 does not die of its own, and some wrappers do not pass it on. */
  readonly mortal?: false;
  readonly needs?: readonly Oracle[];
  /** Folders to look for leftovers in, beside the usual ones. */
  readonly watch?: readonly string[];
  readonly expect: Outcome;
  /** Where the shell runtime comes to something else. */
  readonly shImg?: Outcome;
  /** Where a shImg comes to something else that has no helper for the machine, and so only the programs of the host. */
  readonly hostTools?: Outcome;
  /** What users can do about it, for the page. */
  readonly advice?: string;
}

/** Rows of one kind, under one heading of the page. */
export interface HostGroup {
  readonly title: string;
  readonly hosts: readonly Host[];
}

/** The ordinary user of the rows: "nobody", who is on every system. */
export const USER = 65534;

/** What the rows start from: the folders of `host-stage.ts`. */
export const BASE = { folder: '/mnt', home: '/mnt/home', runtimeFolder: `/run/user/${USER}` } as const;

export const defaultEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: BASE.home,
  XDG_RUNTIME_DIR: BASE.runtimeFolder,
};

export function runs(outcome: Outcome): outcome is Runs {
  return 'by' in outcome;
}

/** What a row comes to in a column. */
export function outcomeOf({ expect, shImg = expect, hostTools = byHostTools(shImg) }: Host, column: Column): Outcome {
  if (column === 'ELF') return expect;
  return column === 'shImg' ? shImg : hostTools;
}

/** `squashfuse` has one way to mount, and no way without `fusermount`; the folders it works in are others. */
function byHostTools(outcome: Outcome): Outcome {
  if (!runs(outcome)) return outcome;
  const { by, stderr } = outcome;
  const ways = { root: 'fusermount', fusermount: 'fusermount', userns: 'extract', extract: 'extract' } as const;
  return { by: ways[by], ...(stderr === undefined ? {} : { stderr }) };
}
