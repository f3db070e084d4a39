import { TOKEN_MARKS, TOKEN_PATTERNS } from '../../data/token-patterns.ts';
import type { Rule, Severity } from '../../rule.ts';
import { lineOf, type TextPiece, type TextReader, type TextRules } from './text-rules.ts';

const SOURCE = {
  name: 'CWE-540, Inclusion of sensitive information in source code',
  url: 'https://cwe.mitre.org/data/definitions/540.html',
};

const PRIVATE_KEY: Rule = {
  id: 'private-key-inside',
  severity: 'error',
  summary: 'No private key is inside',
  source: SOURCE,
  remedy: 'Take the key out and make a new one: whoever has the image has the key',
  profiles: ['recommended', 'appimagehub'],
};

const TOKEN: Rule = {
  id: 'token-inside',
  severity: 'error',
  summary: 'No access token of a service is inside',
  source: SOURCE,
  remedy: 'Take the token out and revoke it: whoever has the image can use it',
  profiles: ['recommended', 'appimagehub'],
};

const CREDENTIALS: Rule = {
  id: 'credentials-inside',
  severity: 'error',
  summary: 'No file with passwords of whoever built the image is inside',
  source: SOURCE,
  remedy: 'Take the file out and change what is in it; list it in .appimageignore',
  profiles: ['recommended', 'appimagehub'],
};

/** A header, and right behind it what a key looks like; not the header alone, which programs have that read keys. */
const KEY =
  /-----BEGIN (?:(RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr]|["'`+,]){0,64}(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset)[^\n\\]{0,256}(?:\n|\\n)\s{0,16}){0,8}[A-Za-z0-9+/]{40}/g;

/** Published with the package that they belong to, and made for its tests or examples. */
const PUBLIC_PLACE =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|tests?|__tests__|examples?|fixtures?|testdata|doc|docs)\//;

/** Files of credentials are short. */
const MOST = 65_536;

interface CredentialFile {
  readonly path: RegExp;
  /** What makes it more than a file of that name. */
  readonly content: RegExp;
  readonly what: string;
}

const CREDENTIAL_FILES: readonly CredentialFile[] = [
  {
    path: /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$|schema$)[\w-]+)*$/,
    content:
      /^[ \t]*(?:export[ \t]+)?\w*(?:SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY)\w*[ \t]*=[ \t]*["']?[^\s"'$<{]{6,}/im,
    what: 'an environment file with secrets',
  },
  {
    path: /(?:^|\/)\.npmrc$/,
    content: /(?:_authToken|_auth|_password)[ \t]*=[ \t]*["']?[^\s"'$]{6,}/,
    what: 'npm settings with a token',
  },
  { path: /(?:^|\/)[._]netrc$/, content: /\bpassword\s+\S{3,}/, what: 'passwords for hosts' },
  { path: /(?:^|\/)\.git-credentials$/, content: /:\/\/[^\s:]{1,256}:[^\s@]{1,256}@/, what: 'passwords for git' },
  { path: /(?:^|\/)\.pypirc$/, content: /^[ \t]*password[ \t]*[:=][ \t]*\S{3,}/m, what: 'a password for PyPI' },
  { path: /(?:^|\/)\.pgpass$/, content: /^[^#:\n]*:[^:\n]*:[^:\n]*:[^:\n]*:[^\n]+/m, what: 'passwords for PostgreSQL' },
  {
    path: /(?:^|\/)\.aws\/credentials$/,
    content: /aws_secret_access_key\s*=\s*\S{20,}/,
    what: 'credentials for AWS',
  },
  {
    path: /(?:^|\/)\.docker\/config\.json$/,
    content: /"auth"\s*:\s*"[^"]{6,}"/,
    what: 'a password for a registry of containers',
  },
  { path: /(?:^|\/)\.(?:bash|zsh|python|psql|mysql|node_repl)_history$/, content: /\S/, what: 'what somebody typed' },
];

/** Nothing that is found is ever shown: findings end up in logs that everybody can read. */
export const secretRules: TextRules = {
  rules: [PRIVATE_KEY, TOKEN, CREDENTIALS],
  open({ report }): TextReader {
    const known = new Set<string>();
    return {
      read(piece) {
        const { path, text } = piece;
        const credentials = CREDENTIAL_FILES.find(
          (each) => each.path.test(path) && each.content.test(text.slice(0, MOST)),
        );
        if (credentials !== undefined) {
          report(CREDENTIALS, { path, message: `expected no credentials, found ${credentials.what}` });
        }
        if (!TOKEN_MARKS.test(text)) return;
        for (const { rule, what, index } of findSecrets(text)) {
          const key = `${path} ${what}`;
          if (known.has(key)) continue;
          known.add(key);
          const message = `expected no secret, found ${what}`;
          report(rule, { path, message, ...lineOf(piece, index), ...severityAt(path) });
        }
      },
    };
  },
};

interface Secret {
  readonly rule: Rule;
  readonly what: string;
  readonly index: number;
}

function* findSecrets(text: TextPiece['text']): Generator<Secret> {
  for (const { 1: kind, index } of text.matchAll(KEY)) {
    const what = kind === 'ENCRYPTED' ? 'a private key with a passphrase' : 'a private key';
    yield { rule: PRIVATE_KEY, what: kind === 'PGP' ? 'a private OpenPGP key' : what, index };
  }
  for (const { name, pattern } of TOKEN_PATTERNS) {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      if (!isPlaceholder(match)) yield { rule: TOKEN, what: name, index };
    }
  }
}

/** Documentation shows tokens made of few letters, or with a word in them that says so. */
function isPlaceholder(token: string): boolean {
  return /example|sample|placeholder|dummy|your|xxxx|1234567890|abcdef/i.test(token) || new Set(token).size < 12;
}

function severityAt(path: string): { readonly severity: Severity } | Record<never, never> {
  return PUBLIC_PLACE.test(path) ? { severity: 'note' } : {};
}
