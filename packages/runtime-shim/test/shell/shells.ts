import { findTool, type Oracle } from '@appimage-js/testing';

/** A shell that may be /bin/sh somewhere, and how to start a script with it. */
export interface Shell {
  readonly name: string;
  readonly needs: Oracle;
  readonly program: string;
  readonly args: readonly string[];
  /** What it is told it is called. */
  readonly argv0?: string;
}

function shell(name: string, program: string, { args = [], argv0 }: { args?: string[]; argv0?: string } = {}): Shell {
  return { name, needs: program, program: findTool(program) ?? program, args, ...(argv0 && { argv0 }) };
}

/** All that Debian has. */
export const shells: readonly Shell[] = [
  shell('dash', 'dash'),
  shell('bash', 'bash'),
  shell('bash --posix', 'bash', { args: ['--posix'] }),
  shell('bash as sh', 'bash', { argv0: 'sh' }),
  shell('busybox ash', 'busybox', { args: ['ash'] }),
  shell('mksh', 'mksh'),
  shell('yash', 'yash'),
  shell('posh', 'posh'),
  shell('zsh', 'zsh'),
  shell('zsh as sh', 'zsh', { argv0: 'sh' }),
  shell('ksh93', 'ksh93'),
];
