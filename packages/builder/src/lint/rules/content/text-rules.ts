import type { Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import type { Subject, Tree } from '../../subject/subject.ts';

/** A piece of a text of the image. What is looked for is ASCII, so bytes are characters here. */
export interface TextPiece {
  readonly path: string;
  /** One character a byte. */
  readonly text: string;
  /** Whether `text` is all there is of the file, so that lines can be counted. */
  readonly isWhole: boolean;
  /** Whether the file can be executed, by its mode and its first two bytes. */
  readonly isScript: boolean;
}

/** Looks at the texts of one image. */
export interface TextReader {
  readonly read: (piece: TextPiece) => void;
  readonly finish?: () => void;
}

/** What a reader of texts may want to know of the image. */
export interface TextContext {
  readonly subject: Subject;
  readonly tree: Tree;
  readonly report: Report;
}

/** Rules about texts; all of them look at each text while it is in memory. */
export interface TextRules {
  readonly rules: readonly Rule[];
  readonly open: (context: TextContext) => TextReader;
}

/** The number of the line in which a position is, as long as lines can be counted. */
export function lineOf({ text, isWhole }: TextPiece, index: number): { readonly line: number } | Record<never, never> {
  if (!isWhole) return {};
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return { line };
}
