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
    expect(bundle.initial.map(({ name }) => name)).toContain('index.js');
  });

  test.each(['gzip', 'lzma', 'lzo', 'xz', 'lz4', 'zstd'])('loads the code of %s when it is needed', (method) => {
    const code = bundle.files.filter(({ inputs }) =>
      inputs.some((path) => path.includes(`src/compression/${method}/`)),
    );
    expect(code.length).toBeGreaterThan(0);
    expect(bundle.initial.filter((file) => code.includes(file))).toEqual([]);
  });

  test('loads no WebAssembly at once', () => {
    const large = bundle.initial.filter(({ inputs }) => inputs.some((path) => path.includes('hash-wasm')));
    expect(large).toEqual([]);
  });
});

test('the node entry can not be bundled for browsers, so that the bundle of the root proves something', async () => {
  await expect(bundleForBrowser(entry('../../src/node/index.ts'))).rejects.toThrow('Could not resolve "node:');
});
