import type { Check, FileVisitor } from '../../check.ts';
import type { VisitedFile } from '../../subject/visited-file.ts';
import { absolutePathRules } from './absolute-paths.ts';
import { buildPathRules } from './build-paths.ts';
import { moduleCacheRules } from './module-caches.ts';
import { secretRules } from './secrets.ts';
import type { TextPiece, TextReader, TextRules } from './text-rules.ts';

const RULES: readonly TextRules[] = [secretRules, absolutePathRules, buildPathRules, moduleCacheRules];

/** Longer texts are data; whoever writes a secret by hand does it in a shorter file. */
const MAXIMUM_TEXT = 16 * 1_048_576;
/** Electron's archives have all sources of an application in one file. */
const MAXIMUM_ARCHIVE = 256 * 1_048_576;
const PIECE_LENGTH = 1_048_576;
/** What may be cut by the end of a piece is in the next one as well. */
const OVERLAP = 4096;

/** Formats without anything that a person wrote. */
const DATA = /\.(?:svgz?|html?|css|po|xpm|xbm|ppd|map|hyp|dic|aff|ttl|csv|tsv|md|rst|glsl|obj|stl)$/i;

/** Opens each text once for all rules about texts. */
export const textCheck: Check = {
  rules: RULES.flatMap(({ rules }) => rules),
  visit(subject, report): FileVisitor {
    let readers: readonly TextReader[] | undefined;
    const open = async () => {
      const tree = await subject.tree();
      return RULES.map((rules) => rules.open({ subject, tree, report }));
    };
    return {
      async file(file) {
        if (!isWanted(file)) return;
        readers ??= await open();
        for await (const piece of pieces(file, subject.signal)) {
          for (const { read } of readers) read(piece);
        }
      },
      finish() {
        for (const { finish } of readers ?? []) finish?.();
      },
    };
  },
};

function isWanted({ path, head, entry: { stat } }: VisitedFile): boolean {
  if (path.endsWith('.asar')) return stat.size <= MAXIMUM_ARCHIVE;
  return stat.size > 0 && stat.size <= MAXIMUM_TEXT && !head.includes(0) && !DATA.test(path);
}

async function* pieces(file: VisitedFile, signal: AbortSignal | undefined): AsyncGenerator<TextPiece> {
  const { path, head, source, entry } = file;
  const isScript = head[0] === 0x23 && head[1] === 0x21 && (entry.stat.mode & 0o111) !== 0;
  const isWhole = source.size <= PIECE_LENGTH && !path.endsWith('.asar');
  for (let offset = 0; offset < source.size; offset += PIECE_LENGTH) {
    const start = Math.max(0, offset - OVERLAP);
    const bytes = await source.read(start, Math.min(offset + PIECE_LENGTH, source.size) - start, { signal });
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    yield { path, text, isWhole, isScript };
  }
}
