import type { DesktopEntry, Icon, MimeType } from '@appimage-js/format';

/** What an image brings along for the desktop; everything is in memory, and nothing of it was run. */
export interface ImageContents {
  /** What the shared MIME database calls such a file. */
  readonly mimeType: string;
  /** Null where there is none that can be read. */
  readonly entry: DesktopEntry | null;
  readonly name: string | null;
  readonly version: string | null;
  /** As it is written; null where there is none. */
  readonly updateInformation: string | null;
  readonly appStreamId: string | null;
  readonly icons: readonly ImageIcon[];
  readonly mimeTypes: readonly MimeType[];
  /** The AppStream metadata as they are in the image. */
  readonly metainfo: Uint8Array | null;
  /** What could not be read, or was refused, in words. */
  readonly remarks: readonly string[];
}

/** An icon with its bytes. */
export interface ImageIcon {
  readonly icon: Icon;
  readonly content: Uint8Array;
}
