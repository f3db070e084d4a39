import type { Rule } from '../../rule.ts';
import { lineOf, type TextReader, type TextRules } from './text-rules.ts';

const BUILD_PATH: Rule = {
  id: 'build-path-inside',
  severity: 'note',
  summary: 'Settings and scripts are without paths of the machine that built them',
  source: { name: 'Reproducible Builds, "Build path"', url: 'https://reproducible-builds.org/docs/build-path/' },
  remedy: 'Set the path when the application starts, or build in a folder whose name may be known',
  profiles: ['recommended'],
};

/** What programs read to find something, as against what people read. */
const SETTINGS =
  /\.(?:conf|cfg|ini|json|properties|pth|desktop|service|sh|xml|ya?ml|toml|pri|prl|rc|env)$|(?:^|\/)AppRun$/;
const PROSE = /(?:^|\/)(?:doc|docs|man|info|licenses|tests?|examples?|node_modules|locale)\//;

/** A home directory with the name of somebody, or where build services work. */
const PLACE =
  /(?<![\w}).~$-])\/(?:(?:home|Users)\/([a-z][\w.-]*)\/[\w.@+-]+|(?:builds|github\/workspace|__w|root\/project|var\/lib\/jenkins|buildbot|builddir\/build|home\/conda\/feedstock_root)\/[\w.@+-]+)/g;

/** Whoever writes an example calls its user so. */
const PLACEHOLDER =
  /^(?:user\w*|username|you|your\w*|me|my\w*|name|someone|somebody|foo|bar|john\w*|jane\w*|joe|alice|bob|test\w*|example|xxx*|pi|linuxbrew|steam|deck)$/i;

const MAXIMUM_TEXT = 1_048_576;
/** So many folders are told apart; real builds have one or two. */
const MOST = 100;

interface Found {
  readonly path: string;
  readonly place: object;
  readonly example: string;
  count: number;
}

/** Paths that exist only where the application was built. */
export const buildPathRules: TextRules = {
  rules: [BUILD_PATH],
  open({ report }): TextReader {
    const found = new Map<string, Found>();
    return {
      read(piece) {
        const { path, text, isScript, isWhole } = piece;
        if (!isWhole || text.length > MAXIMUM_TEXT || PROSE.test(path) || !(isScript || SETTINGS.test(path))) return;
        const here = new Set<string>();
        for (const { 0: example, 1: user, index } of text.matchAll(PLACE)) {
          if (user !== undefined && PLACEHOLDER.test(user)) continue;
          const root = example.split('/').slice(0, 3).join('/');
          if (here.has(root)) continue;
          here.add(root);
          const known = found.get(root);
          if (known === undefined && found.size < MOST)
            found.set(root, { path, place: lineOf(piece, index), example, count: 1 });
          else if (known !== undefined) known.count += 1;
        }
      },
      finish() {
        for (const { path, place, example, count } of found.values()) {
          const more = count === 1 ? '' : ` (there is one below the same folder in ${count - 1} more files)`;
          report(BUILD_PATH, { path, ...place, message: `expected no path of the build, found ${example}${more}` });
        }
      },
    };
  },
};
