import type { Rule } from '../../rule.ts';
import { lineOf, type TextPiece, type TextReader, type TextRules } from './text-rules.ts';

const MODULE_CACHE: Rule = {
  id: 'module-cache-absolute',
  severity: 'warning',
  summary: 'Lists of modules of GdkPixbuf and GTK name them by paths that hold where the image is mounted',
  source: {
    name: 'linuxdeploy-plugin-gtk, which takes the paths out',
    url: 'https://github.com/linuxdeploy/linuxdeploy-plugin-gtk',
  },
  remedy:
    'Leave only the names of the modules in the list and set GDK_PIXBUF_MODULEDIR, or write the list at the start',
  profiles: ['recommended'],
};

const QT_CONF: Rule = {
  id: 'qt-conf-absolute',
  severity: 'warning',
  summary: 'Paths in qt.conf are relative to the program',
  source: { name: 'Qt documentation, "Using qt.conf"', url: 'https://doc.qt.io/qt-6/qt-conf.html' },
  remedy: 'Write Prefix = ../ and leave the other paths relative to it',
  profiles: ['recommended'],
};

const PYTHON_HOME: Rule = {
  id: 'python-home-absolute',
  severity: 'warning',
  summary: 'No Python environment inside leans on a Python of the system',
  source: { name: 'PEP 405, pyvenv.cfg', url: 'https://peps.python.org/pep-0405/' },
  remedy: 'Put Python itself inside instead of a virtual environment, which has only links to it',
  profiles: ['recommended'],
};

interface ListedPaths {
  readonly rule: Rule;
  readonly file: RegExp;
  /** With the path as its first group. */
  readonly entry: RegExp;
  readonly what: string;
}

const LISTS: readonly ListedPaths[] = [
  {
    rule: MODULE_CACHE,
    file: /(?:^|\/)(?:loaders|immodules|gtk\.immodules)\.cache$|(?:^|\/)gdk-pixbuf\.loaders$/,
    entry: /^"(\/[^"\n]+\.so)"/m,
    what: 'modules without a folder of the system',
  },
  {
    rule: QT_CONF,
    file: /(?:^|\/)qt6?\.conf$/,
    entry: /^[ \t]*\w+[ \t]*=[ \t]*"?(\/[^"\n]*)/m,
    what: 'paths relative to the program',
  },
  {
    rule: PYTHON_HOME,
    file: /(?:^|\/)pyvenv\.cfg$/,
    entry: /^home[ \t]*=[ \t]*(\/[^\n]*)/m,
    what: 'a Python that is inside',
  },
];

/** Files by which libraries find their own parts. */
export const moduleCacheRules: TextRules = {
  rules: LISTS.map(({ rule }) => rule),
  open({ report }): TextReader {
    return {
      read(piece: TextPiece) {
        const list = LISTS.find(({ file }) => file.test(piece.path));
        const match = list?.entry.exec(piece.text);
        if (list === undefined || !match?.[1] || match[1].startsWith('/nix/store/')) return;
        const message = `expected ${list.what}, found ${JSON.stringify(match[1].trim())}`;
        report(list.rule, { path: piece.path, message, ...lineOf(piece, match.index) });
      },
    };
  },
};
