/** One machine that a runtime can be built for, in the words of the compiler and of Debian. */
export interface Architecture {
  /** As the specification of AppImage spells it. */
  readonly name: string;
  /** As Debian spells it. */
  readonly debian: string;
  readonly target: string;
  /** Which processors of that family: those that Debian's own packages run on. */
  readonly processor: readonly string[];
  /** What a program without a C library needs besides. */
  readonly withoutLibrary: readonly string[];
  /** The folders of Debian's libraries for musl and for its own C library, below `usr/include` and `usr/lib`. */
  readonly muslTriple: string;
  readonly gnuTriple: string;
  /** The ending of the file with the compiler's run-time functions: what the machine has no instruction for, if anything. */
  readonly builtins: string | undefined;
  readonly elfClass: 1 | 2;
  readonly elfMachine: number;
}

export const architectures: Readonly<Record<string, Architecture>> = {
  x86_64: {
    name: 'x86_64',
    debian: 'amd64',
    target: 'x86_64-linux-musl',
    processor: [],
    withoutLibrary: [],
    muslTriple: 'x86_64-linux-musl',
    gnuTriple: 'x86_64-linux-gnu',
    builtins: undefined,
    elfClass: 2,
    elfMachine: 62,
  },
  aarch64: {
    name: 'aarch64',
    debian: 'arm64',
    target: 'aarch64-linux-musl',
    // Atomic operations in line: the functions that choose at run time lean on glibc.
    processor: ['-mno-outline-atomics'],
    withoutLibrary: [],
    muslTriple: 'aarch64-linux-musl',
    gnuTriple: 'aarch64-linux-gnu',
    builtins: 'aarch64',
    elfClass: 2,
    elfMachine: 183,
  },
  i686: {
    name: 'i686',
    debian: 'i386',
    target: 'i686-linux-musl',
    processor: ['-march=i686'],
    withoutLibrary: [],
    muslTriple: 'i386-linux-musl',
    gnuTriple: 'i386-linux-gnu',
    builtins: 'i386',
    elfClass: 1,
    elfMachine: 3,
  },
  armhf: {
    name: 'armhf',
    debian: 'armhf',
    target: 'armv7-linux-musleabihf',
    processor: ['-march=armv7-a', '-mfpu=vfpv3-d16', '-mfloat-abi=hard', '-mthumb'],
    // In the other encoding, the register for the number of a system call is the frame pointer.
    withoutLibrary: ['-marm'],
    muslTriple: 'arm-linux-musleabihf',
    gnuTriple: 'arm-linux-gnueabihf',
    builtins: 'armhf',
    elfClass: 1,
    elfMachine: 40,
  },
};

/** The architecture of this machine by the name that Node gives it; undefined for one that no runtime is built for. */
export function hostArchitecture(): Architecture | undefined {
  const names: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i686', arm: 'armhf' };
  return architectures[names[process.arch] ?? ''];
}
