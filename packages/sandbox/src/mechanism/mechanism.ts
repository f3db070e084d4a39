import type { FilteredArchitecture } from '../seccomp/architectures.ts';

/** What makes a confinement: one that works on this host. */
export interface Mechanism {
  readonly name: 'bubblewrap' | 'own';
  /** Of the program that makes the namespaces. */
  readonly path: string;
  /** Whether that program is root while it does so; it then knows no `--disable-userns`. */
  readonly setuid: boolean;
  /** Of this toolkit's own program, which is the last stage inside of either. */
  readonly confiner: string;
  /** Of the machine, in the spelling of AppImage file names. */
  readonly architecture: FilteredArchitecture;
  /** Version of the kernel's Landlock interface (ABI); 0: it has none, and there is no second wall. */
  readonly landlock: number;
}
