import { findTool, type Oracle } from '@appimage-js/testing';

/** A shell that may be /bin/sh somewhere, and how to start a script with it. */
export interface Shell {
  readonly name: string;
  readonly needs: Oracle;
  readonly command: readonly string[];
}

function shell(program: string, ...args: string[]): Shell {
  return { name: [program, ...args].join(' '), needs: program, command: [findTool(program) ?? program, ...args] };
}

/** All that Debian has. */
export const shells: readonly Shell[] = [
  shell('dash'),
  shell('bash'),
  shell('bash', '--posix'),
  shell('busybox', 'ash'),
  shell('mksh'),
  shell('yash'),
  shell('posh'),
  shell('zsh'),
  shell('ksh93'),
];
