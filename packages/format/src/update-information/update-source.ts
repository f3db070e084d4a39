/*
 * The transports of update information with the fields of each. `zsync`, `gh-releases-zsync`, `pling-v1-zsync` and
 * `bintray-zsync` are in the AppImage specification, "Update information"; the others are spoken by some updaters only:
 *
 * - `gl-releases-zsync`, `cb-releases-zsync`, `gitea-releases-zsync`, `forgejo-releases-zsync`:
 *   pkgforge-dev/AppImageUpdate
 * - `gh-releases-direct`, `ocs-v1-appimagehub-zsync`, `ocs-v1-appimagehub-direct`: AppImageCrafters/appimage-update
 * - `gitlab-releases-zsync`, `gh-linux-yml`, `direct-link`: seen in AppImages and in managers of AppImages
 * - `appimage-feed`, `json-fields`: spoken by the updater of this toolkit; others refuse them as unknown
 */

/** The URL of a control file, or of the AppImage itself; it stays the same from version to version. */
export interface UrlSource {
  readonly transport: 'zsync' | 'direct-link';
  readonly url: string;
}

/** A feed in the form that the updater of this toolkit defines, with all versions that are offered. */
export interface FeedSource {
  readonly transport: 'appimage-feed';
  readonly url: string;
}

/** A JSON document of any form, and where in it the fields are. */
export interface FieldsSource {
  readonly transport: 'json-fields';
  readonly url: string;
  /**
   * `name=place` pairs with commas between them: `version=version,url=/files/0/downloadUrl`. A place is a JSON Pointer or a
   * path with dots; in it `%2C` stands for a comma and `%7C` for a bar.
   */
  readonly fields: string;
}

/** A release on GitHub or Codeberg. */
export interface ForgeSource {
  readonly transport: 'gh-releases-zsync' | 'gh-releases-direct' | 'cb-releases-zsync';
  readonly owner: string;
  readonly repository: string;
  /**
   * The name of a tag; `latest`, without pre-releases; `latest-pre`, only those; `latest-all`, the newest of either.
   */
  readonly tag: string;
  /** The name of the control file (of the AppImage, for `gh-releases-direct`), in which `*` stands for anything. */
  readonly file: string;
}

/** A release on somebody's own Gitea or Forgejo. */
export interface InstanceSource {
  readonly transport: 'gitea-releases-zsync' | 'forgejo-releases-zsync';
  /** A host, such as `git.example.org`. */
  readonly instance: string;
  readonly owner: string;
  readonly repository: string;
  /** See {@link ForgeSource}. */
  readonly tag: string;
  readonly file: string;
}

/** A release on GitLab. */
export interface GitLabSource {
  readonly transport: 'gl-releases-zsync' | 'gitlab-releases-zsync';
  /** `gitlab.com` unless another one is named. */
  readonly host: string;
  /** The path of the project, groups included: `group/project`. */
  readonly project: string;
  /** See {@link ForgeSource}. */
  readonly tag: string;
  readonly file: string;
}

/** A product on Pling. The name is of the AppImage: `.zsync` is appended to the URL that is found. */
export interface PlingSource {
  readonly transport: 'pling-v1-zsync';
  readonly product: string;
  readonly file: string;
}

/** A product on a server that speaks OCS (Open Collaboration Services), version 1. */
export interface OcsSource {
  readonly transport: 'ocs-v1-appimagehub-zsync' | 'ocs-v1-appimagehub-direct';
  /** Host and path without a scheme: `www.appimagehub.com/ocs/v1`. */
  readonly api: string;
  readonly product: string;
  readonly file: string;
}

/** A package on Bintray, which has closed. */
export interface BintraySource {
  readonly transport: 'bintray-zsync';
  readonly owner: string;
  readonly repository: string;
  readonly package: string;
  /** A path in which `_latestVersion` stands for the version. */
  readonly file: string;
}

/** The newest release on GitHub, described by electron-builder's `latest-linux.yml`. */
export interface ManifestSource {
  readonly transport: 'gh-linux-yml';
  readonly owner: string;
  readonly repository: string;
}

/** Where new versions come from, told apart by `transport`. */
export type UpdateSource =
  | UrlSource
  | FeedSource
  | FieldsSource
  | ForgeSource
  | InstanceSource
  | GitLabSource
  | PlingSource
  | OcsSource
  | BintraySource
  | ManifestSource;

/** The transports that are known here. */
export type UpdateTransport = UpdateSource['transport'];

type GitLabTransport = GitLabSource['transport'];

const RELEASE = ['owner', 'repository', 'tag', 'file'] as const;

/** The fields in their order, for all transports whose fields always mean the same. */
const FIELDS = {
  zsync: ['url'],
  'direct-link': ['url'],
  'appimage-feed': ['url'],
  'json-fields': ['url', 'fields'],
  'gh-releases-zsync': RELEASE,
  'gh-releases-direct': RELEASE,
  'cb-releases-zsync': RELEASE,
  'gitea-releases-zsync': ['instance', ...RELEASE],
  'forgejo-releases-zsync': ['instance', ...RELEASE],
  'pling-v1-zsync': ['product', 'file'],
  'ocs-v1-appimagehub-zsync': ['api', 'product', 'file'],
  'ocs-v1-appimagehub-direct': ['api', 'product', 'file'],
  'bintray-zsync': ['owner', 'repository', 'package', 'file'],
  'gh-linux-yml': ['owner', 'repository'],
} as const satisfies Record<Exclude<UpdateTransport, GitLabTransport>, readonly string[]>;

/** `host|project|tag|file` has as many fields: see {@link isHost}. */
const GITLAB_FIELDS = RELEASE;
/** The only form of `gitlab-releases-zsync` that was seen has no tag. */
const GITLAB_SHORT_FIELDS = ['project', 'file'] as const;

/** Where an owner stands that means GitLab's own host. */
const GITLAB_HOST = 'gitlab.com';

/**
 * The names of the fields that a transport may have: one list for each of its forms, the usual one first; undefined for
 * an unknown one.
 */
export function fieldNames(transport: string): readonly (readonly string[])[] | undefined {
  if (Object.hasOwn(FIELDS, transport)) return [FIELDS[transport as keyof typeof FIELDS]];
  if (transport === 'gl-releases-zsync') return [GITLAB_FIELDS];
  if (transport === 'gitlab-releases-zsync') return [GITLAB_SHORT_FIELDS, GITLAB_FIELDS];
  return undefined;
}

/** Names the fields of a known transport, of which there must be as many as in one of its forms. */
export function nameFields(transport: string, fields: readonly string[]): UpdateSource {
  if (isGitLab(transport)) return nameGitLabFields(transport, fields);
  const names = FIELDS[transport as keyof typeof FIELDS];
  const entries = names.map((name, index) => [name, fields[index]]);
  return { transport, ...Object.fromEntries(entries) } as UpdateSource;
}

function nameGitLabFields(transport: GitLabTransport, fields: readonly string[]): GitLabSource {
  if (fields.length === GITLAB_SHORT_FIELDS.length) {
    const [project = '', file = ''] = fields;
    return { transport, host: GITLAB_HOST, project, tag: 'latest', file };
  }
  const [first = '', second = '', tag = '', file = ''] = fields;
  if (isHost(first)) return { transport, host: first, project: second, tag, file };
  return { transport, host: GITLAB_HOST, project: `${first}/${second}`, tag, file };
}

/**
 * Two projects have given `gl-releases-zsync` different fields, an owner and a repository or a host and a project.
 * Hosts have a dot in their names, which the names of owners hardly ever have.
 */
export function isHost(field: string): boolean {
  return field.includes('.');
}

/** Whether a transport is one of GitLab's. */
export function isGitLab(transport: string): transport is GitLabTransport {
  return transport === 'gl-releases-zsync' || transport === 'gitlab-releases-zsync';
}

/** The fields in their order; of GitLab's two forms, that with an owner where it can be told from the other. */
export function listFields(source: UpdateSource): readonly string[] {
  if (source.transport !== 'gl-releases-zsync' && source.transport !== 'gitlab-releases-zsync') {
    const values: Readonly<Record<string, string>> = { ...source };
    return FIELDS[source.transport].map((name) => values[name] as string);
  }
  const { host, project, tag, file } = source;
  const slash = project.lastIndexOf('/');
  const owner = project.slice(0, Math.max(slash, 0));
  if (host !== GITLAB_HOST || owner === '' || isHost(owner)) return [host, project, tag, file];
  return [owner, project.slice(slash + 1), tag, file];
}
