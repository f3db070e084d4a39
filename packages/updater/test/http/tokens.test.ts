import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { authorizationFor, collectTokens } from '../../src/http/tokens.ts';
import { testClient } from '../servers/http-client.ts';
import { startServer } from '../servers/test-server.ts';

function tokensFile(content: string, mode = 0o600): string {
  const path = join(temporaryFolder(), 'tokens');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('tokens', () => {
  test('come from the environment, then the file, then the options, each for its host', () => {
    const environment = {
      GH_TOKEN: 'from-gh',
      GITHUB_TOKEN: 'from-github',
      GITLAB_TOKEN: 'from-gitlab',
      CODEBERG_TOKEN: ' from-codeberg\n',
      APPIMAGE_TOKENS_FILE: tokensFile('# mine\n\ngitlab.com from-file # the bot\nGit.Example.org:8443\tport-token\n'),
    };
    const tokens = collectTokens({ environment, tokens: { 'codeberg.org': 'from-options' } });
    expect(Object.fromEntries(tokens)).toEqual({
      'api.github.com': 'from-github',
      'gitlab.com': 'from-file',
      'git.example.org:8443': 'port-token',
      'codeberg.org': 'from-options',
    });
  });

  test('go to their host alone: that of the API is not that of the downloads', () => {
    const tokens = collectTokens({ environment: { GITHUB_TOKEN: 'secret' } });
    const sent = (url: string) => authorizationFor(tokens, new URL(url));
    expect(sent('https://api.github.com/repos')).toBe('Bearer secret');
    expect(sent('https://github.com/owner/repo')).toBeUndefined();
    expect(sent('https://objects.githubusercontent.com/x')).toBeUndefined();
    expect(sent('https://api.github.com.example.org/')).toBeUndefined();
    expect(sent('https://api.github.com:444/')).toBeUndefined();
    expect(sent('http://api.github.com/')).toBeUndefined();
  });

  test('are not read from a file that others can read', () => {
    expect(() => collectTokens({ tokensFile: tokensFile('a b', 0o644), environment: {} })).toThrow(
      expect.objectContaining({ code: 'not-permitted', message: expect.stringContaining('0644') }),
    );
  });

  test.each(['lonely', 'host token and more', 'host t\x01ken'])('are not read from the line %j', (line) => {
    const read = () => collectTokens({ tokensFile: tokensFile(`a b\n${line}\n`), environment: {} });
    expect(read).toThrow(expect.objectContaining({ code: 'malformed', message: expect.stringContaining('line 2') }));
    expect(read).not.toThrow(line);
  });

  test('are not invented where the file is missing', () => {
    const tokensFile = join(temporaryFolder(), 'none');
    expect(() => collectTokens({ tokensFile, environment: {} })).toThrow(expect.objectContaining({ code: 'io' }));
  });

  test('that would end the header are refused', () => {
    expect(() => collectTokens({ tokens: { a: 'b\r\nc: d' }, environment: {} })).toThrow(TypeError);
    // Who sets a variable is no programmer.
    expect(() => collectTokens({ environment: { GITHUB_TOKEN: 'b c' } })).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining('GITHUB_TOKEN') }),
    );
  });

  test('in a URL become a header, and stay out of messages', async () => {
    await using server = await startServer((_, response) => void response.writeHead(401).end());
    const url = `http://user:pass%20word@${server.host}/file`;
    const error: unknown = await testClient()
      .get(url)
      .catch((reason: unknown) => reason);
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('user:pass word')}`);
    expect(JSON.stringify(error)).not.toMatch(/pass|user:/);
    expect(String(error)).not.toContain('pass');
  });
});
