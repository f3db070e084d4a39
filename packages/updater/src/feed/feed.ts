/*
 * A feed of updates, version 1: one JSON document with all versions of an application that are offered. Its fields are
 * described in `schema/appimage-feed-v1.schema.json` of this package.
 */

/** What the field `format` of every feed says. */
export const FEED_FORMAT = 'appimage-feed';
/** The version of the form; a feed with another one is not read. */
export const FEED_VERSION = 1;

/** One file of a version. */
export interface FeedImage {
  /** The file's name, without a folder. */
  readonly name: string;
  /** In the specification's spelling: `x86_64`, `i686`, `armhf`, `aarch64`. */
  readonly architecture: string;
  /** In bytes. */
  readonly size: number;
  /** 64 lowercase hexadecimal digits. */
  readonly sha256: string;
  /** Where the file is, best first; relative ones are taken from the feed's own URL. */
  readonly urls: readonly string[];
  /** Where its control file is, likewise; empty where there is none. */
  readonly zsync: readonly string[];
}

/** One version. */
export interface FeedRelease {
  readonly version: string;
  /** Who is meant: `stable`, `beta`, or whatever the publisher calls it. */
  readonly channel: string;
  readonly publishedAt: Date | undefined;
  /** A page for people. */
  readonly notesUrl: string | undefined;
  /** What is new, in plain text. */
  readonly notes: string | undefined;
  /** Why nobody should have this version any more; undefined where it is fine. */
  readonly withdrawn: string | undefined;
  /** How many of a hundred installations get the version. */
  readonly rollout: number;
  /** The oldest version that can be updated to this one at once. */
  readonly minimumVersion: string | undefined;
  readonly images: readonly FeedImage[];
}

/** A whole feed. */
export interface Feed {
  /** Of the application, for people. */
  readonly name: string;
  /** Newest first. */
  readonly releases: readonly FeedRelease[];
}
