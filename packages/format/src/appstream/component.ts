/*
 * What a metainfo file says about a piece of software.
 * AppStream 0.16, 2.1 "Generic Component": https://www.freedesktop.org/software/appstream/docs/chap-Metadata.html
 */
import type { Translations } from '../xml/translations.ts';
import type { DescriptionBlock } from './description.ts';
import type { ComponentRelation } from './relation.ts';
import type { Release } from './release.ts';
import type { Screenshot } from './screenshot.ts';

/** A component; what the file does not say is null, or an empty list or map. */
export interface AppStreamComponent {
  /** `desktop-application`, `console-application`, `addon` …; older names are replaced by today's, none is `generic`. */
  readonly type: string;
  /** Usually in reverse DNS order, such as `org.example.App`; some end in `.desktop`. */
  readonly id: string | null;
  readonly name: Translations;
  readonly summary: Translations;
  readonly description: readonly DescriptionBlock[];
  readonly developer: Developer | null;
  /** An SPDX expression for the software itself. */
  readonly projectLicense: string | null;
  /** An SPDX expression for the metadata. */
  readonly metadataLicense: string | null;
  /** GNOME, KDE … */
  readonly projectGroup: string | null;
  readonly urls: readonly TypedValue[];
  /** How it is started; the one of the type `desktop-id` names a desktop file. */
  readonly launchables: readonly TypedValue[];
  readonly provides: readonly ProvidedItem[];
  /** The newest first, as the file should have them; the order is the file's. */
  readonly releases: readonly Release[];
  /** Where more releases are described, for files that say so; the URL may be null even then. */
  readonly externalReleases: { readonly url: string | null } | null;
  readonly icons: readonly ComponentIcon[];
  readonly screenshots: readonly Screenshot[];
  /** Names from the menu specification. */
  readonly categories: readonly string[];
  readonly keywords: Translations<readonly string[]>;
  /** By the system of rating, such as `oars-1.1`; an empty list says that nothing is objectionable. */
  readonly contentRatings: readonly ContentRating[];
  /** Accent colors. */
  readonly colors: readonly BrandingColor[];
  readonly requires: readonly ComponentRelation[];
  readonly recommends: readonly ComponentRelation[];
  readonly supports: readonly ComponentRelation[];
  /** Ids of the components that an addon is for. */
  readonly extends: readonly string[];
  /** Ids of components that this one takes the place of. */
  readonly replaces: readonly string[];
  readonly suggests: readonly string[];
  /** Desktops that cannot do without it. */
  readonly compulsoryForDesktops: readonly string[];
  /** Domains of translations by type, `gettext` or `qt`. */
  readonly translations: readonly TypedValue[];
  readonly languages: readonly LanguageSupport[];
  readonly tags: readonly { readonly namespace: string | null; readonly value: string }[];
  /** Values that the specification does not know, by key. */
  readonly custom: ReadonlyMap<string, string>;
  /** When support ends: a date or time in ISO 8601, as it is written. */
  readonly endOfLife: string | null;
  /** Mail address for those who package it, as it is written. */
  readonly updateContact: string | null;
}

/** Who makes the software. */
export interface Developer {
  /** In reverse DNS order; null in files that give the name alone. */
  readonly id: string | null;
  readonly name: Translations;
}

/** A value and what kind of value it is: a URL, a launchable. */
export interface TypedValue {
  readonly type: string;
  readonly value: string;
}

/** Something that others can use. */
export interface ProvidedItem {
  /** `binary`, `mediatype`, `dbus`, `library`, `id` … */
  readonly type: string;
  readonly value: string;
  /** The bus of a D-Bus service (`user` or `system`), the kind of a firmware; null for other items. */
  readonly kind: string | null;
}

/** An icon that the metadata names; see `findIcons` for those in an image. */
export interface ComponentIcon {
  /** `stock`, `local`, `remote` or `cached`. */
  readonly type: string;
  /** A name for the type `stock`, a URL for `remote`, else a path. */
  readonly value: string;
  /** Pixels; null where the file does not say. */
  readonly width: number | null;
  readonly height: number | null;
  readonly scale: number;
}

/** How suitable something is for whom. */
export interface ContentRating {
  readonly type: string;
  /** By id, such as `violence-cartoon`: `none`, `mild`, `moderate` or `intense`. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** A color for what surrounds the name and icon. */
export interface BrandingColor {
  /** `primary`. */
  readonly type: string;
  /** `light` or `dark`; null for either. */
  readonly scheme: string | null;
  /** `#rrggbb`, as it is written. */
  readonly value: string;
}

/** A language that the software speaks. */
export interface LanguageSupport {
  readonly locale: string;
  /** How much is translated; null where the file does not say. */
  readonly percentage: number | null;
}
