import { availableNativePrograms, type NativeKind, nativeProgramPath } from './native-program.ts';

const CONFINER: NativeKind = {
  file: 'confine',
  called: 'confiner',
  remedy: 'programs can be confined by bubblewrap only',
};

/** Architectures for which there is a program at {@link confinerPath}, sorted, in the spelling of AppImage file names. */
export function availableConfiners(): string[] {
  return availableNativePrograms(CONFINER);
}

/**
 * Where the program is that runs another one in a root and namespaces of its own, whether it was built or not: a static ELF file
 * that understands bubblewrap's arguments, for hosts that have no bubblewrap. It needs user namespaces, or root.
 *
 * With `--inner` before all other arguments, it is the last stage inside of a sandbox, which bubblewrap may have made: it puts
 * Landlock rules into force, hands signals on, and takes the status of the application.
 *
 * @throws RangeError for a name that no architecture has
 */
export function confinerPath(architecture: string): string {
  return nativeProgramPath(CONFINER, architecture);
}
