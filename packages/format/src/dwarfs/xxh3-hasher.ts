/* Apart from `check-dwarfs.ts`, so that a bundler loads it when an image is checked, and only this function of the library. */
export { createXXHash3 } from 'hash-wasm';
