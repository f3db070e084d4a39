import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';

/** What runs programs for another machine. */
export interface Emulator {
  /** The kernel starts it by itself (`binfmt_misc`), for children of the application as well; or we do, for the application alone. */
  readonly by: 'binfmt' | 'program';
  readonly path: string;
}

const REGISTERED = '/proc/sys/fs/binfmt_misc';

/** QEMU's names of machines where AppImages have others. */
const QEMU_NAMES: Readonly<Record<string, string>> = { i686: 'i386', armhf: 'arm' };

/** Finds what runs programs for an architecture: what is registered with the kernel, else QEMU's user mode on the PATH. */
export function findEmulator(architecture: string, path: string | undefined): Emulator | undefined {
  const name = `qemu-${QEMU_NAMES[architecture] ?? architecture}`;
  const registered = registeredInterpreter(name);
  if (registered !== undefined) return { by: 'binfmt', path: registered };
  const program = findProgram([`${name}-static`, name], path);
  return program === undefined ? undefined : { by: 'program', path: program };
}

/** Entries are called by whoever registers them; it is the interpreter's name that tells the machine. */
function registeredInterpreter(name: string): string | undefined {
  for (const entry of listRegistered()) {
    const interpreter = /^interpreter (.*)$/m.exec(entry)?.[1];
    const base = interpreter?.slice(interpreter.lastIndexOf('/') + 1).replace(/-(static|binfmt|binfmt-P)$/, '');
    if (interpreter !== undefined && base === name && entry.startsWith('enabled') && isUsable(entry, interpreter)) {
      return interpreter;
    }
  }
  return undefined;
}

/** With the flag F the kernel has opened the interpreter when it was registered; otherwise it has to be there now. */
function isUsable(entry: string, interpreter: string): boolean {
  if (/^flags: \w*F/m.test(entry)) return true;
  try {
    accessSync(interpreter, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function listRegistered(): string[] {
  try {
    if (!readFileSync(join(REGISTERED, 'status'), 'utf8').startsWith('enabled')) return [];
    return readdirSync(REGISTERED)
      .filter((name) => name !== 'status' && name !== 'register')
      .map((name) => readFileSync(join(REGISTERED, name), 'utf8'));
  } catch {
    return [];
  }
}
