import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../../src/lint/index.ts';
import { type FixtureTree, lintFixture } from '../../rule-fixture.ts';

/** Put together here, so that nobody's scanner finds a secret in this file. */
const random = 'k3Jx9QmZ7vTn2RbWc8YpLd5HsFg6UaEo1XiMBq4NtSz0';
const dashes = '-'.repeat(5);
const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ';

const TOKENS: readonly [string, string][] = [
  ['a GitHub token', `${'gho'}_${random.slice(0, 36)}`],
  ['a GitLab token', `${'glpat'}-${random.slice(0, 20)}`],
  ['an AWS access key', `${'AKIA'}QX7ZPL2MN8VK4RTB`],
  ['an npm token', `${'npm'}_${random.slice(0, 36)}`],
  ['a Slack token', `${'xoxb'}-1234509876-${random.slice(0, 24)}`],
  ['a Stripe key', `${'sk'}_live_${random.slice(0, 24)}`],
  ['an OpenAI key', `${'sk'}-proj-${random}${random}`],
  ['an Anthropic key', `${'sk'}-ant-api03-${random}${random}`],
  ['a Hugging Face token', `${'hf'}_${random.replaceAll(/\d/g, '').slice(0, 34)}`],
];

async function secretsIn(tree: FixtureTree): Promise<Finding[]> {
  const { findings } = await lintFixture(tree);
  return findings.filter(({ rule }) => /^(?:private-key|token|credentials)-inside$/.test(rule));
}

describe('A secret', () => {
  test.each(TOKENS)('%s is found and not shown', async (what, token) => {
    const [found, ...others] = await secretsIn({ 'usr/lib/app/config.js': `const a = 1;\nconst key = '${token}';\n` });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ rule: 'token-inside', severity: 'error', line: 2 });
    expect(found?.message).toContain(what);
    expect(JSON.stringify(found)).not.toContain(token.slice(-12));
  });

  test.each([
    ['a private key', 'PRIVATE KEY', '\n'],
    ['a private key', 'RSA PRIVATE KEY', '\\n'],
    ['a private key', 'OPENSSH PRIVATE KEY', '\r\n'],
    ['a private key with a passphrase', 'ENCRYPTED PRIVATE KEY', '\n'],
    ['a private OpenPGP key', 'PGP PRIVATE KEY BLOCK', '\nVersion: 1\n\n'],
  ])('%s is found in %s and not shown', async (what, title, lineEnd) => {
    const text = `${dashes}BEGIN ${title}${dashes}${lineEnd}${body}${lineEnd}`;
    const [found, ...others] = await secretsIn({ 'usr/share/app/key': text });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ rule: 'private-key-inside', severity: 'error' });
    expect(found?.message).toContain(what);
    expect(JSON.stringify(found)).not.toContain(body.slice(0, 12));
  });

  test('is a note where a package brings it for its tests', async () => {
    const text = `${dashes}BEGIN PRIVATE KEY${dashes}\n${body}\n`;
    const [found] = await secretsIn({ 'usr/lib/app/node_modules/https-proxy/test/server.key': text });
    expect(found?.severity).toBe('note');
  });

  test("is found in Electron's archive, wherever it lies", async () => {
    const [, token] = TOKENS[0] as [string, string];
    // Across the end of a piece that is read at once.
    const text = `\0\0\0\0${'x'.repeat(1_048_576 - 20)}  ${token}  ${'y'.repeat(100)}`;
    const found = await secretsIn({ 'usr/lib/app/resources/app.asar': text });
    expect(found).toMatchObject([{ rule: 'token-inside', path: 'usr/lib/app/resources/app.asar' }]);
    expect(found[0]).not.toHaveProperty('line');
  });

  test('is not what documentation shows in its place, nor in a binary', async () => {
    const tree = {
      'usr/lib/app/a.txt': `${'AKIA'}IOSFODNN7EXAMPLE ${'ghp'}_${'a1'.repeat(18)} ${'npm'}_${'x'.repeat(36)}`,
      'usr/lib/app/b': `\0${'gho'}_${random.slice(0, 36)}`,
      'usr/lib/app/c.pem': `${dashes}BEGIN CERTIFICATE${dashes}\n${body}\n`,
    };
    expect(await secretsIn(tree)).toEqual([]);
  });
});
