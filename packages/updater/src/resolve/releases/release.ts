/** A file of a release. */
export interface ReleaseAsset {
  readonly name: string;
  /** Where it is, best first. */
  readonly urls: readonly string[];
  /** In bytes. */
  readonly size: number | undefined;
  /** 64 lowercase hexadecimal digits. */
  readonly sha256: string | undefined;
  /** In the specification's spelling, where the service says it beside the name. */
  readonly architecture?: string | undefined;
}

/** A release as a service describes it. */
export interface Release {
  readonly tag: string;
  readonly isDraft: boolean;
  readonly isPrerelease: boolean;
  readonly publishedAt: Date | undefined;
  /** A page for people. */
  readonly pageUrl: string | undefined;
  readonly assets: readonly ReleaseAsset[];
}

/** Whether a name stays in the folder where the user expects the file. */
export function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !/[/\\\0]/.test(name);
}
