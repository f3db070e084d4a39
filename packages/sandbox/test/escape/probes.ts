/** Whether a way out is open. */
export type Outcome = 'reached' | 'denied';

/** Where things are: on the host for the unconfined program, inside for the confined one. */
export interface Places {
  /** The contents of the image, read-only. */
  readonly app: string;
  /** A folder that is granted for writing, and one for reading. */
  readonly granted: string;
  readonly readable: string;
  /** A folder of the host that is not granted, and a file in it. */
  readonly stage: string;
  readonly secret: string;
  /** Of a process of the same user outside. */
  readonly victim: number;
  /** Of services outside. */
  readonly port: number;
  readonly socket: string;
  readonly abstract: string;
  /** A file below /dev/shm, and the number of shared memory of System V. */
  readonly sharedFile: string;
  readonly sharedMemory: number;
}

/** One way out, tried by a program that says whether it was open. */
export interface Probe {
  readonly name: string;
  /** The arguments of `programs/probe.c`. */
  readonly words: (places: Places) => readonly (string | number)[];
  /** What a sandbox of Flatpak's kind with the same grants answers. */
  readonly flatpak: Outcome;
  readonly expected: Outcome;
  /** What closes it. */
  readonly by: string;
  /** For whom it is open without a confinement. Default: both. */
  readonly who?: 'root' | 'user';
  /** What the start has besides. */
  readonly given?: 'network' | 'folder-as-input' | 'file-as-input' | 'leaked-descriptor';
}

const MOUNTS = 'own root';
const FILTER = 'filter';
const LANDLOCK = 'Landlock';

/** In the order of the page. */
export const PROBES: readonly { readonly title: string; readonly probes: readonly Probe[] }[] = [
  {
    title: 'Files',
    probes: [
      { name: 'a file of the host by its path', words: ({ secret }) => ['read', secret], ...denied(MOUNTS) },
      { name: 'a link in the image', words: ({ app }) => ['read', `${app}/link`], ...denied(MOUNTS) },
      { name: 'a link in a granted folder', words: ({ granted }) => ['read', `${granted}/link`], ...denied(MOUNTS) },
      {
        name: '".." out of a granted folder',
        words: ({ granted }) => ['read', `${granted}/../secret`],
        ...denied(MOUNTS),
      },
      { name: 'the folder that a granted one is in', words: ({ stage }) => ['list', stage], ...denied(MOUNTS) },
      { name: '/home of the host', words: () => ['list', '/home'], ...denied(MOUNTS) },
      { name: 'a file below /dev/shm', words: ({ sharedFile }) => ['read', sharedFile], ...denied(MOUNTS) },
      {
        name: 'writing into the image',
        words: ({ app }) => ['write', `${app}/new`],
        ...denied('read-only mount, Landlock'),
      },
      {
        name: 'writing into a folder that is granted for reading',
        words: ({ readable }) => ['write', `${readable}/new`],
        ...denied('read-only mount, Landlock'),
      },
      {
        name: 'making a read-only mount writable, or taking it away',
        words: ({ readable }) => ['make-writable', readable],
        ...denied('no capabilities, filter, Landlock'),
      },
      {
        name: 'a folder of the host as standard input',
        words: () => ['read-through', 0, 'secret'],
        given: 'folder-as-input',
        flatpak: 'reached',
        expected: 'denied',
        by: 'the last stage, Landlock',
      },
      {
        name: 'a file that is open for reading, opened again for writing',
        words: () => ['open-for-writing', '/proc/self/fd/0'],
        given: 'file-as-input',
        flatpak: 'reached',
        expected: 'denied',
        by: LANDLOCK,
      },
      {
        name: 'a descriptor that whoever started it has left open',
        words: () => ['read-through', 9, 'secret'],
        given: 'leaked-descriptor',
        flatpak: 'reached',
        expected: 'denied',
        by: 'the last stage',
      },
    ],
  },
  {
    title: 'Processes',
    probes: [
      {
        name: 'roots, working folders and open files in /proc',
        words: ({ secret }) => ['by-processes', secret],
        ...denied('own process numbers'),
      },
      {
        name: 'a signal to a process outside',
        words: ({ victim }) => ['signal', victim],
        ...denied('own process numbers'),
      },
      {
        name: 'ptrace of a process outside',
        words: ({ victim }) => ['attach', victim],
        ...denied('own process numbers, filter'),
      },
      {
        name: 'memory of a process outside',
        words: ({ victim }) => ['memory', victim],
        ...denied('own process numbers'),
      },
      { name: 'ptrace inside', words: () => ['trace'], ...denied(FILTER) },
      {
        name: 'a set-user-id program',
        words: ({ granted }) => ['root', granted],
        who: 'user',
        ...denied('no new privileges, nosuid'),
      },
      { name: 'BASH_ENV from outside', words: () => ['variable', 'BASH_ENV'], ...denied('own environment') },
      {
        name: 'LD_LIBRARY_PATH from outside',
        words: () => ['variable', 'LD_LIBRARY_PATH'],
        ...denied('own environment'),
      },
    ],
  },
  {
    title: 'Services',
    probes: [
      { name: "a socket in a folder (a message bus's)", words: ({ socket }) => ['socket', socket], ...denied(MOUNTS) },
      {
        name: "an abstract socket (an X server's)",
        words: ({ abstract }) => ['abstract', abstract],
        ...denied('own network'),
      },
      {
        name: 'an abstract socket, network granted',
        words: ({ abstract }) => ['abstract', abstract],
        given: 'network',
        flatpak: 'reached',
        expected: 'denied',
        by: 'Landlock (Linux 6.12)',
      },
      { name: 'a service on 127.0.0.1', words: ({ port }) => ['port', port], ...denied('own network') },
      {
        name: 'a service on 127.0.0.1, network granted',
        words: ({ port }) => ['port', port],
        given: 'network',
        flatpak: 'reached',
        expected: 'reached',
        by: 'nothing: that is the network',
      },
      {
        name: 'shared memory of System V',
        words: ({ sharedMemory }) => ['shared-memory', sharedMemory],
        ...denied('own IPC'),
      },
      { name: 'a socket to the host of this virtual machine', words: () => ['family', 40], ...denied(FILTER) },
    ],
  },
  {
    title: 'The kernel',
    probes: [
      { name: 'typing into the own terminal (TIOCSTI)', words: () => ['tiocsti'], ...denied(FILTER) },
      { name: 'the same with bits that the kernel ignores', words: () => ['wide-tiocsti'], ...denied(FILTER) },
      { name: 'a key in the keyring of the session', words: () => ['key'], ...denied(FILTER) },
      { name: 'a call by the older architecture', words: () => ['older-architecture'], ...denied(FILTER) },
      { name: 'a user namespace by unshare', words: () => ['unshare'], ...denied('filter, limit of namespaces') },
      { name: 'a user namespace by clone', words: () => ['clone'], ...denied('filter, limit of namespaces') },
      { name: 'a user namespace by clone3', words: () => ['clone3'], ...denied('filter, limit of namespaces') },
      { name: 'a mount in a namespace', words: () => ['mount'], ...denied('filter, Landlock') },
      {
        name: 'io_uring',
        words: () => ['ring'],
        flatpak: 'reached',
        expected: 'denied',
        by: FILTER,
      },
      { name: 'counting events of the processor', words: () => ['events'], ...denied(FILTER) },
      { name: 'a file by its number', words: () => ['handle'], who: 'root', ...denied('no capabilities, filter') },
      {
        name: 'a device node',
        words: ({ granted }) => ['device', granted],
        who: 'root',
        ...denied('no capabilities, nodev'),
      },
      {
        name: 'a setting below /proc/sys',
        words: () => ['open-for-writing', '/proc/sys/kernel/core_pattern'],
        who: 'root',
        ...denied('read-only mount'),
      },
      { name: 'the log of the kernel', words: () => ['log'], who: 'root', ...denied('no capabilities, filter') },
    ],
  },
];

function denied(by: string): { readonly flatpak: 'denied'; readonly expected: 'denied'; readonly by: string } {
  return { flatpak: 'denied', expected: 'denied', by };
}
