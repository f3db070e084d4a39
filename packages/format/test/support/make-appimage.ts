import { serializeAppImageMagic } from '../../src/elf/index.ts';
import type { InputDirectory } from '../../src/filesystem/input-tree.ts';
import { makeElf } from '../elf/make-elf.ts';
import { writeImage } from './trees.ts';

/** What {@link makeAppImage} puts in front of the image. */
export interface AppImageRecipe {
  readonly root?: InputDirectory;
  /** Instead of a SquashFS image of `root`. */
  readonly payload?: Uint8Array;
  readonly magic?: 1 | 2 | null;
  readonly updateInformation?: string;
  readonly signature?: string;
  readonly interpreter?: string;
}

/** An ELF file that does nothing, with the sections of a runtime, and an image behind it. */
export async function makeAppImage(recipe: AppImageRecipe): Promise<Uint8Array> {
  const section = (text = '', size = 1024) => {
    const bytes = new Uint8Array(size);
    bytes.set(new TextEncoder().encode(text));
    return bytes;
  };
  const elf = makeElf({
    ...(recipe.interpreter === undefined ? {} : { interpreter: recipe.interpreter }),
    sections: [
      { name: '.text', bytes: section('code', 64) },
      { name: '.upd_info', bytes: section(recipe.updateInformation) },
      { name: '.sha256_sig', bytes: section(recipe.signature) },
    ],
  });
  if (recipe.magic !== null) elf.set(serializeAppImageMagic(recipe.magic ?? 2), 8);
  const payload = recipe.payload ?? (recipe.root ? await writeImage(recipe.root) : new Uint8Array(0));
  return new Uint8Array(Buffer.concat([elf, payload]));
}
