import type { Rule } from '../../rule.ts';
import { NO_HARD_CODED_PATHS } from '../../sources.ts';
import { lineOf, type TextContext, type TextReader, type TextRules } from './text-rules.ts';

const ABSOLUTE_PATH: Rule = {
  id: 'absolute-path-in-script',
  severity: 'warning',
  summary: 'Scripts name files that are inside by paths that begin where the image is mounted',
  source: NO_HARD_CODED_PATHS,
  remedy: 'Begin the path with "$APPDIR", or with the folder of the script',
  profiles: ['recommended'],
};

/**
 * A path that begins with `/`, and not one behind a variable, a command or another path: `"$APPDIR"/usr/lib` is what it should
 * be.
 */
const PATH = /(?<![\w})./~*$\]\\-]["']?)\/(?:usr|opt|app)\/[\w.+@-]+\/[\w.+@/-]*[\w+@-]/g;

/** What systems have at the same place, so that a script may well mean it. */
const OF_THE_SYSTEM =
  /^usr\/(?:(?:local\/)?s?bin\/[^/]+|lib(?:32|64|exec)?\/[\w.-]+-linux-gnu\w*|(?:local\/)?share\/(?:applications|icons|pixmaps|fonts|mime|locale|man|doc|themes|metainfo|glib-2\.0|terminfo|zoneinfo|X11|alsa|fontconfig|dbus-1)(?:\/.*)?)$/;

const MAXIMUM_SCRIPT = 262_144;

/** Paths in scripts that lead to what is inside, but not when the image is mounted somewhere. */
export const absolutePathRules: TextRules = {
  rules: [ABSOLUTE_PATH],
  open({ tree, report }: TextContext): TextReader {
    return {
      read(piece) {
        const { path, text, isScript } = piece;
        if (!isScript || text.length > MAXIMUM_SCRIPT) return;
        const found = new Map<string, number>();
        for (const { 0: match, index } of text.matchAll(PATH)) {
          const inside = match.slice(1);
          if (OF_THE_SYSTEM.test(inside) || !tree.entries.has(inside) || isInComment(text, index)) continue;
          if (!found.has(match)) found.set(match, index);
        }
        const [first] = found;
        if (first === undefined) return;
        const more = found.size === 1 ? '' : ` and ${found.size - 1} more such paths`;
        const message = `expected paths from the image's folder on, found ${first[0]}${more}, which is inside and not there`;
        report(ABSOLUTE_PATH, { path, message, ...lineOf(piece, first[1]) });
      },
    };
  },
};

/** The first line is no comment, but names the interpreter; that is judged elsewhere. */
function isInComment(text: string, index: number): boolean {
  const start = text.lastIndexOf('\n', index) + 1;
  return /^\s*(?:#|\/\/|\*)/.test(text.slice(start, index));
}
