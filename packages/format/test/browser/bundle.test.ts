import { fileURLToPath } from 'node:url';
import { type Bundle, bundleForBrowser } from '@appimage-js/testing/browser';
import { beforeAll, describe, expect, test } from 'vitest';

const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe('the root entry in a bundle for browsers', () => {
  let bundle: Bundle;

  beforeAll(async () => {
    bundle = await bundleForBrowser(entry('../../src/index.ts'));
  });

  test('needs no shims of Node, and gives the bundler nothing to warn of', () => {
    expect(bundle.warnings).toEqual([]);
    expect(bundle.files.length).toBeGreaterThan(0);
  });
});

test('the node entry can not be bundled for browsers, so that the bundle of the root proves something', async () => {
  await expect(bundleForBrowser(entry('../../src/node/index.ts'))).rejects.toThrow('Could not resolve "node:');
});
