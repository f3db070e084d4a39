/*
 * Elements and their types. AppStream 0.16, 2.1 "Generic Component".
 */

/** Types of components. */
export const TYPES: ReadonlySet<string> = new Set([
  'addon',
  'codec',
  'console-application',
  'desktop-application',
  'driver',
  'firmware',
  'font',
  'generic',
  'icon-theme',
  'inputmethod',
  'localization',
  'operating-system',
  'repository',
  'runtime',
  'service',
  'web-application',
]);
/** Names that types had before. */
export const OLD_TYPES: ReadonlyMap<string, string> = new Map([
  ['desktop', 'desktop-application'],
  ['webapp', 'web-application'],
]);
/** Types of `<url>`. */
export const URL_TYPES: ReadonlySet<string> = new Set(
  'homepage bugtracker faq help donation translate contact vcs-browser contribute'.split(' '),
);
/** Types of `<launchable>`. */
export const LAUNCHABLE_TYPES: ReadonlySet<string> = new Set(['desktop-id', 'service', 'cockpit-manifest', 'url']);
/** What may be in `<provides>`. */
export const PROVIDED: ReadonlySet<string> = new Set(
  'library binary font modalias firmware python2 python3 dbus mediatype id'.split(' '),
);

/** Elements that may be there once. */
export const ONCE: ReadonlySet<string> = new Set(
  (
    'id metadata_license source_pkgname categories mimetypes provides screenshots project_license project_group releases languages ' +
    'update_contact suggests content_rating replaces requires recommends supports branding tags name_variant_suffix custom'
  ).split(' '),
);
/** Elements that may be there once, and once for each language. */
export const ONCE_A_LANGUAGE: ReadonlySet<string> = new Set([
  'name',
  'summary',
  'description',
  'keywords',
  'developer_name',
]);
/** Elements that say something without content, and those of which content is looked at by itself. */
export const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['releases', 'content_rating']);
/** Elements that may be there as often as there is something to say. */
export const OTHERS: ReadonlySet<string> = new Set(
  'pkgname icon url compulsory_for_desktop translation launchable extends bundle agreement developer references'.split(
    ' ',
  ),
);
