import type { Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import type { Programs } from './programs.ts';

/** Rules that look at all ELF files together, after the last one was read. */
export interface ProgramRules {
  readonly rules: readonly Rule[];
  readonly check: (programs: Programs, report: Report) => Promise<void> | void;
}
