import type { Hashes } from './hasher.ts';

/**
 * The hashes in WebAssembly, alike in browsers and in Node. A page whose content security policy lists script sources
 * must allow `'wasm-unsafe-eval'`.
 */
export const portableHashes: Hashes = {
  async create(name) {
    const { wasmHashers } = await import('./wasm-hashers.ts');
    const hasher = (await wasmHashers[name]()).init();
    return {
      update(bytes) {
        hasher.update(bytes);
      },
      digest() {
        const digest = hasher.digest('binary');
        hasher.init();
        return digest;
      },
    };
  },
};
