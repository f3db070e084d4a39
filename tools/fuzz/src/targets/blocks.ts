import { type CompressionName, portableDecompressors } from '@appimage-js/format';
import type { Target } from '../target.ts';

/** Longer than what any of the blocks holds. */
const MAXIMUM_LENGTH = 8192;

/** One text of 1.5 kB, compressed by `xz`, `lz4`, `mksquashfs -comp lzo`, `zstd` and zlib, in base64. */
const BLOCKS: Readonly<Record<CompressionName, readonly string[]>> = {
  xz: [
    '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AbpAENdADCbCmckjvIC1yREfo6mcQcdmHmclJRczhBUr2Ht7wUIfHFV1k6o5myG9EGE' +
      'OMVkuCG1CHU880cH5MCbliBwUHbXOy4AAAP/UuMAAVvqDQAAAEorEjU+MA2LAgAAAAABWVo=',
    '/Td6WFoAAAFpIt42AgEEACEBAgBYUZsx4AbpAENdADCbCmckjvIC1yREfo6mcQcdmHmclJRczhBUr2Ht7wUIfHFV1k6o5myG9EGE' +
      'OMVkuCG1CHU880cH5MCbliBwUHbXOy4AAAP/UuMAAVvqDQAAAEorEjU+MA2LAgAAAAABWVo=',
    '/Td6WFoAAAFpIt42AgEHACEBAgD2Iw+34AbpAENdADCbCmckjvIC1yREfo6mcQcdmHmclJRczhBUr2Ht7wUIfHFV1k6o5myG9EGE' +
      'OMVkuCG1CHU880cH5MCbliBwUHbXOy4AAAP/UuMAAVvqDQAAAEorEjU+MA2LAgAAAAABWVo=',
  ],
  lzma: [
    'XQAAgAD//////////wAwmwpnJI7yAtckRH6OpnEHHZh5nJSUXM4QVK9h7e8FCHxxVdZOqOZshvRBhDjFZLghtQh1PPNHB+TAm5Yg' +
      'cFB4bqZt//80HAAA',
  ],
  lz4: [
    'aGFscGhhIAYA8ghiZXRhIGdhbW1hIGRlbHRhCmNhbGwg6BgAAhIAAi8AAiQAAgwAAhgAASMAAy8AAhIAAiQAARgAAikADwYABQEj' +
      'AAIuAAI6AANHAAEYAAISAAI7AAIkAAIMAAIYAAEjAAMvAAISAAIkAAEYAAIpAA8GAAUBIwACLgACOgADRwABGAACEgACOwACJAAC' +
      'DAACGAABIwADLwACEgACJAABGAACKQAPBgAFASMAAi4AAjoAA0cAARgAAhIAAjsAAiQAAgwAAhgAASMAAy8AAhIAAiQAARgAAikA' +
      'DwYABQEjAAIuAAI6AANHAAEYAAISAAI7AAIkAAIMAAIYAAEjAAMvAAISAAIkAAEYAAIpAA8GAAUBIwACLgACOgADRwABGAACEgAC' +
      'OwACJAACDAACGAABIwADLwACEgACJAABGAACKQAPBgAFASMAAi4AAjoAA0cAARgAAhIAAjsAAiQAAgwAAhgAASMAAy8AAhIAAiQA' +
      'ARgAAikADwYABQEjAAIuAAI6AANHAAEYAAISAAI7AAIkAAIMAAIYAAEjAAMvAAISAAIkAAEYAAIpAA8GAAUBIwACLgACOgADRwAB' +
      'GAACEgACOwACJAACDAACGAABIwADLwACEgACJAABGAACKQAPBgAFASMAAi4AAjoAA0cAARgAAhIAAjsAAiQAAgwAAhgAASMAAy8A' +
      'AhIAAiQAARgAAikADwYABQEjAAIuAAI6AANHAAEYAAISAAI7AAIkAAIMAAIYAAEjAAMvAAISAAIkAAEYAAIpAA8GAAUBIwACLgAC' +
      'OgADRwABGAACEgACOwACJAACDAACGAABIwADLwACEgACJAABGAACKQAPBgAFASMAAi4AAjoAA0cAARgAAhIAAjsAAiQAAgwAAhgA' +
      'ASMAAy8AAhIAAiQAARgAAikADwYABQEjAAIuAAI6AANHAAEYAAISAAI7AAIkAAIMAAIYAAEjAAMvAAISAAIkAAEYAAIpAA8GAAUB' +
      'IwACLgACOgADRwABGAACEgACOwACJAACDAACGAABIwADLwACEgACJAABGAACKQBgYWxwaGEg',
  ],
  lzo: ['F2FscGhhICoXAGJldAABD2dhbW1hIGRlbHRhCmNhbGwg6LwCpAKgBawErAG8AogE2AWkAqwEnAIwpAEgAAAAAAAAU9QBEQAA'],
  gzip: [
    'eNpLzCnISFRIRCKTUksSFdITc3MTFVJSc0oSuZITc3IUXkDEISIQhRA1EDZEHKwEqhwiAlEDFk/EsGnU1lFbR20dtXXU1lFbaW8r' + 'AGa1eZQ=',
  ],
  zstd: ['KLUv/QBoBQIA6GFscGhhIGJldGEgZ2FtbWEgZGVsdGEKY2FsbCDoDqDQu/U7EDSuB3Hm+Z95aScumXyMuxg/TgMz6qi7IcMVEg=='],
};

function blockTarget(name: CompressionName): Target {
  return {
    seeds: async () => BLOCKS[name].map((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
    read: async (input) => {
      const content = await portableDecompressors[name].decompress(input, MAXIMUM_LENGTH);
      if (content.length > MAXIMUM_LENGTH) throw new RangeError(`Decompressed ${content.length} bytes`);
    },
  };
}

/** Blocks of every compression, given to the portable decompressors. */
export const blockTargets: Readonly<Record<string, Target>> = Object.fromEntries(
  (Object.keys(BLOCKS) as CompressionName[]).map((name) => [`${name}-block`, blockTarget(name)]),
);
