/*
 * Secrets that say what they are by their first letters, so that a match is hardly ever by chance. The prefixes are in the
 * documentation of their services ("token formats", "secret scanning").
 */

/** A kind of token. */
export interface TokenPattern {
  readonly name: string;
  /** Global, so that several in a line are found. */
  readonly pattern: RegExp;
}

export const TOKEN_PATTERNS: readonly TokenPattern[] = [
  { name: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36}\b/g },
  { name: 'a GitHub token', pattern: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g },
  { name: 'a GitLab token', pattern: /\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,}\b/g },
  { name: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { name: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { name: 'a PyPI token', pattern: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/g },
  { name: 'a Slack token', pattern: /\bxox[abeoprs]-[0-9]{8,}-[0-9A-Za-z-]{16,}/g },
  {
    name: 'a Slack webhook',
    pattern: /\bhooks\.slack\.com\/services\/T[A-Z0-9]{7,}\/B[A-Z0-9]{7,}\/[A-Za-z0-9]{20,}/g,
  },
  { name: 'a Stripe key', pattern: /\b[rs]k_live_[0-9A-Za-z]{20,}\b/g },
  { name: 'an OpenAI key', pattern: /\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}/g },
  { name: 'an Anthropic key', pattern: /\bsk-ant-[a-z0-9]{3,}-[A-Za-z0-9_-]{40,}/g },
  { name: 'a Hugging Face token', pattern: /\bhf_[A-Za-z]{34}\b/g },
  { name: 'a DigitalOcean token', pattern: /\bdo[oprt]_v1_[a-f0-9]{64}\b/g },
  { name: 'a Sentry token', pattern: /\bsntry[su]_[A-Za-z0-9+/=_]{60,}/g },
];

/** One of these is in whatever a pattern matches; so that most files are looked through once. */
export const TOKEN_MARKS =
  /gh[pousr]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt)-|AKIA|ASIA|npm_|pypi-Ag|xox[abeoprs]-|hooks\.slack|k_live_|sk-|hf_|_v1_|sntry|PRIVATE KEY/;
