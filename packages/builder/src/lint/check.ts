import type { FileEntry } from '@appimage-js/format';
import type { Rule, Severity } from './rule.ts';
import type { Subject } from './subject/subject.ts';
import type { VisitedFile } from './subject/visited-file.ts';

/** What a check says of one place. */
export interface Observation {
  /** Default: the file as a whole. */
  readonly path?: string | null;
  /** Counted from 1. */
  readonly line?: number;
  readonly message: string;
  /** Only where it is not the rule's. */
  readonly severity?: Severity;
  /** Only where a better one is known than the rule's. */
  readonly remedy?: string;
}

/** Notes a finding of one of the check's rules. */
export type Report = (rule: Rule, observation: Observation) => void;

/** A rule or a small family of rules that look at the same things, in a file of its own. */
export interface Check {
  /** All rules that the check may report. */
  readonly rules: readonly Rule[];
  /** Looks at the subject as a whole. Called once, before the files are visited. */
  readonly inspect?: (subject: Subject, report: Report) => Promise<void> | void;
  /** Makes what looks at every file. Called once; an undefined answer means that there is nothing to look at. */
  readonly visit?: (subject: Subject, report: Report) => FileVisitor | undefined;
}

/** Is shown everything in the image, in one pass for all checks. */
export interface FileVisitor {
  /** For every entry of whatever type, hard links included, a directory before what is in it; no content is read for it. */
  readonly entry?: (entry: FileEntry) => void;
  /**
   * For every regular file, once for all names that are hard links of each other. What is awaited of the file is read
   * once for all checks; it must not be kept beyond the call.
   */
  readonly file?: (file: VisitedFile) => Promise<void> | void;
  /** After the last file. */
  readonly finish?: () => Promise<void> | void;
}
