import {
  type AppImageType,
  bufferSource,
  memorySink,
  patchSection,
  readElf,
  serializeAppImageMagic,
  writeIso9660,
} from '@appimage-js/format';
import { nodeCompressor, type WritableCompression } from '@appimage-js/format/node';
import { elfProgram, fakeRuntime } from '../fake-runtime.ts';
import { type FixtureFile, fixtureDirectory, fixtureImage } from './rule-fixture.ts';

/** What is special about an image that {@link imageFixture} makes. */
export interface ImageRecipe {
  readonly name?: string;
  /** Instead of one that has the usual sections and can not be run. */
  readonly runtime?: Uint8Array;
  /** Contents of the runtime's sections by name; those that are named are there, besides the usual ones. */
  readonly sections?: Readonly<Record<string, string>>;
  /** EM_ number. Default 62, x86_64. */
  readonly machine?: number;
  readonly magic?: AppImageType | 'none';
  readonly osAbi?: number;
  readonly compression?: WritableCompression;
  /** Bytes of the payload that are kept. Default: all. */
  readonly truncatedTo?: number;
}

const USUAL = ['.upd_info', '.sha256_sig', '.sig_key'];
/** What every good image says; the file's name fits it. */
const UPDATES = 'gh-releases-zsync|ada|hello|latest|Hello-*-x86_64.AppImage.zsync';

/** An image of type 2 with the good AppDir in it, for rules about the image itself. */
export function imageFixture(recipe: ImageRecipe = {}): () => Promise<FixtureFile> {
  return async () => {
    const { name = 'Hello-1.2.3-x86_64.AppImage', sections = {}, machine = 62, osAbi = 0, magic = 2 } = recipe;
    const names = [...new Set([...USUAL, ...Object.keys(sections)])];
    const bare = recipe.runtime ?? fakeRuntime({ machine, magic: false, sections: names });
    const runtime =
      recipe.runtime === undefined ? await fillSections(bare, { '.upd_info': UPDATES, ...sections }) : bare.slice();
    runtime[7] = osAbi;
    if (magic !== 'none') runtime.set(serializeAppImageMagic(magic), 8);
    const payload = await fixtureImage({}, recipe.compression);
    const kept = payload.subarray(0, recipe.truncatedTo ?? payload.length);
    return { name, bytes: new Uint8Array(Buffer.concat([runtime, kept])) };
  };
}

async function fillSections(runtime: Uint8Array, sections: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const sink = memorySink();
  await sink.write(0, runtime);
  const elf = await readElf(bufferSource(runtime));
  for (const [name, text] of Object.entries(sections)) {
    await patchSection({ sink, elf, name, bytes: new TextEncoder().encode(text) });
  }
  return sink.bytes.slice();
}

/** An image of type 1 with the good AppDir in it. */
export function type1Fixture({
  compressed = true,
  rockRidge = true,
  magic = true,
  update = '',
}: {
  readonly compressed?: boolean;
  readonly rockRidge?: boolean;
  readonly magic?: boolean;
  readonly update?: string;
} = {}): () => Promise<FixtureFile> {
  return async () => {
    const systemArea = elfProgram(62);
    if (magic) systemArea.set(serializeAppImageMagic(1), 8);
    const sink = memorySink();
    const large = { mode: 0o644, text: 'hello '.repeat(20_000) };
    await writeIso9660({
      root: fixtureDirectory({ 'usr/share/hello.txt': large }),
      sink,
      systemArea,
      applicationUse: new TextEncoder().encode(update),
      ...(compressed && { compressor: nodeCompressor('gzip', 6) }),
    });
    const bytes = sink.bytes.slice();
    if (!rockRidge) hideRockRidge(bytes);
    return { name: 'Hello-1.2.3-x86_64.AppImage', bytes };
  };
}

/** Overwrites the entry by which the root directory announces the System Use Sharing Protocol, and with it Rock Ridge. */
function hideRockRidge(bytes: Uint8Array): void {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(Buffer.of(0x53, 0x50, 7, 1, 0xbe, 0xef));
  if (at < 0) throw new Error('the image must have Rock Ridge');
  bytes.fill(0x58, at, at + 2);
}
