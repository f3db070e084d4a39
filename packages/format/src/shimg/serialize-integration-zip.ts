/*
 * Makes the zip at the end of a shImg; see integration-zip.ts, which reads it.
 * Source: README.md of mgord9518/shappimage, "Desktop integration".
 */
import { concatBytes } from '../io/concat-bytes.ts';
import { type WriteZipOptions, writeZip, type ZipInput } from '../zip/write/write-zip.ts';
import { INTEGRATION_FOLDER } from './integration-zip.ts';
import { serializeUpdateInfoEntry } from './update-info-entry.ts';

/** Widths and heights in pixels that icons of an integration zip have. The one with 256 must be there. */
export const INTEGRATION_ICON_SIZES: readonly number[] = [16, 24, 32, 48, 64, 96, 128, 256, 512];

/** What goes into an integration zip. */
export interface IntegrationZipContent {
  /** The application's desktop entry. */
  readonly desktopEntry: Uint8Array;
  /** AppStream metadata. */
  readonly metainfo?: Uint8Array | undefined;
  readonly updateInformation?: string | undefined;
  /** A detached OpenPGP signature in its armour. */
  readonly signature?: Uint8Array | undefined;
  readonly defaultIcon: { readonly format: 'png' | 'svg'; readonly bytes: Uint8Array };
  /** PNG files by their width and height. */
  readonly icons: ReadonlyMap<number, Uint8Array>;
}

/**
 * Serializes the integration zip for its place in the file, which is behind the payload. Update information and signature come
 * first and are stored, so that a shell finds them without an unpacker. What the published description misspells is written
 * as the published tools do: `desktop_entry`.
 *
 * @throws RangeError for update information that is not one line, and for icons of other sizes than
 *   {@link INTEGRATION_ICON_SIZES}
 */
export async function serializeIntegrationZip(
  content: IntegrationZipContent,
  options: WriteZipOptions = {},
): Promise<Uint8Array> {
  const { desktopEntry, metainfo, updateInformation, signature, defaultIcon, icons } = content;
  const inputs: ZipInput[] = [];
  const add = (name: string, bytes: Uint8Array | undefined, method: ZipInput['method']): void => {
    if (bytes !== undefined) inputs.push({ path: `${INTEGRATION_FOLDER}/${name}`, content: bytes, method });
  };
  add(
    'update_info',
    updateInformation === undefined ? undefined : serializeUpdateInfoEntry(updateInformation),
    'stored',
  );
  add('signature', signature === undefined ? undefined : endedLine(signature), 'stored');
  add('desktop_entry', desktopEntry, 'deflated');
  add('metainfo', metainfo, 'deflated');
  add(`icon/default.${defaultIcon.format}`, defaultIcon.bytes, 'deflated');
  for (const [size, bytes] of [...icons].sort(([left], [right]) => left - right)) {
    if (!INTEGRATION_ICON_SIZES.includes(size)) {
      throw new RangeError(
        `Cannot serialize integration zip: icons must have ${INTEGRATION_ICON_SIZES.join(', ')} pixels, found ${size}`,
      );
    }
    add(`icon/${size}.png`, bytes, 'deflated');
  }
  return await writeZip(inputs, options);
}

/** A shell finds the armour's last line only where it ends before the next entry. */
function endedLine(signature: Uint8Array): Uint8Array {
  const newline = 0x0a;
  return signature.at(-1) === newline ? signature : concatBytes([signature, Uint8Array.of(newline)]);
}
