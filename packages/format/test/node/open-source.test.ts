import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { openSource } from '../../src/node/open-source.ts';

describe('a string', () => {
  test('is a path, or the URL of a file', async () => {
    const path = join(temporaryFolder(), 'a b:c');
    writeFileSync(path, 'content');
    for (const input of [path, pathToFileURL(path).href, pathToFileURL(path)]) {
      await using source = await openSource(input);
      expect(source.size).toBe(7);
    }
  });

  test.each(['http://', 'ftp://example.org/a', 'data://a', new URL('ftp://example.org/a')])(
    'like %s is refused as a URL that nobody can read',
    async (input) => {
      await expect(openSource(input)).rejects.toMatchObject({ code: 'unsupported', url: expect.any(String) });
    },
  );
});
