import type { SeccompChoices } from '../seccomp/choices.ts';
import type { LandlockChoices } from './landlock.ts';

/** Stands for a descriptor among the arguments: its content is in {@link Confinement.files}, or it is open already. */
export interface FileArgument {
  /** A key of {@link Confinement.files} or of the descriptors that the launch is given. */
  readonly file: string;
}

/**
 * A planned confinement: what the inside gets, in the vocabulary that bubblewrap and this toolkit's own program share. Plain
 * data: neither the disk nor the host is asked for it.
 */
export interface Confinement {
  /**
   * Bubblewrap's options (those of 0.8, and `--bind-fd`, `--ro-bind-fd`), in their order; no program and no `--`. What the
   * mechanism adds by itself is refused here: `--args`, descriptors for filters and status, `--die-with-parent`,
   * `--new-session`, `--as-pid-1`.
   */
  readonly arguments: ReadonlyArray<string | FileArgument>;
  /** Contents for {@link FileArgument}s; a text is written as UTF-8. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The program and its arguments, by the paths of the inside. */
  readonly command: readonly [string, ...string[]];
  /** What the program sees as the name that it was called by. Default: its path. */
  readonly argv0?: string;
  /** Where the contents of the image are shown, read-only, when the runtime makes them available. */
  readonly contents?: string;
  /** System calls that are let through besides the usual ones; `false`: no filter at all. */
  readonly seccomp: SeccompChoices | false;
  /** The second wall, where the kernel has it; `false`: none. */
  readonly landlock: LandlockChoices | false;
}
