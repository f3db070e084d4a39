/** A version of an application as a source of updates describes it, before anything of the image itself is fetched. */
export interface AvailableImage {
  /** The file's name, without a folder. */
  readonly name: string;
  /** As the source has it, often a tag; undefined where it says none. */
  readonly version: string | undefined;
  /** In the specification's spelling, where the source says it or the name does. */
  readonly architecture: string | undefined;
  /** Where the whole image is, best first; empty where only its control file is known, which names the URLs. */
  readonly imageUrls: readonly string[];
  /** Where the zsync control file is, best first; empty where there is none. */
  readonly controlFileUrls: readonly string[];
  /** Of the image, in bytes. */
  readonly size: number | undefined;
  /** Of the image, 64 lowercase hexadecimal digits. */
  readonly sha256: string | undefined;
  /** Of the image, 128 lowercase hexadecimal digits. */
  readonly sha512: string | undefined;
  /** When it was published. */
  readonly publishedAt: Date | undefined;
  /** A page for people about this version. */
  readonly notesUrl: string | undefined;
}
