import { resolveWish, union } from '../combine.ts';
import { widenings } from '../compare.ts';
import { levelPermissions } from '../levels.ts';
import type { Permissions } from '../permissions.ts';
import { knownApplication } from '../sources/known-applications.ts';
import { allow, formatWord, permissionWords, type Word } from '../words.ts';
import type { Application } from './application.ts';
import type { StoredChoice } from './permission-store.ts';

/** Where a grant comes from. */
export type GrantSource =
  | 'option'
  | 'stored choice'
  | 'list of known applications'
  | 'request of the image'
  | 'default level';

/** What is known when it is decided what an application may do. */
export interface DecisionFacts {
  readonly application: Pick<Application, 'desktopId' | 'path' | 'request' | 'isChromium' | 'name'>;
  readonly stored: StoredChoice | undefined;
  /** Files that have had the application's home folder so far. Default: none. */
  readonly homeFiles?: readonly string[];
  /** A level that the user named for this start: what is stored and asked for does not count then. */
  readonly level?: string | undefined;
  /** Words that the user grants or takes away for this start. */
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

/** What an application may do, and what has to be asked before it may do more. */
export interface Decision {
  readonly permissions: Permissions;
  /** Where each grant comes from, by its word as {@link formatWord} spells it. */
  readonly sources: Readonly<Record<string, GrantSource>>;
  /** What the application wants beyond that; nothing of it is granted before the user has agreed. */
  readonly wanted: readonly Word[];
  /** Whether the file is another one than those that the stored choice is for, or whose home folder it would get. */
  readonly isOtherFile: boolean;
  /** What the image asks for now, to be remembered with the user's answer. */
  readonly asked: Permissions | null;
}

/**
 * Decides what an application may do: the user's stored choice, else the list of known applications, else what the image asks for,
 * else the default level; the options of this start come on top. What goes beyond a stored choice, or, where there is none, beyond
 * the default level, is not granted but wanted, so that neither an image nor its update widens anything by itself.
 *
 * @throws AppImageError `malformed` for a word that is none, RangeError for a level that is none
 */
export function decide(facts: DecisionFacts): Decision {
  const { application, stored, homeFiles = [], level, allow: added = [], deny: removed = [] } = facts;
  const { request } = application;
  const asked = request?.permissions ?? null;
  const base = level === undefined ? baseOf(application, stored) : levelBase(level, application);
  const permissions = resolveWish({ allow: added, deny: removed }, base.permissions);
  const sources: Record<string, GrantSource> = {};
  const before = new Set(permissionWords(base.permissions).map(formatWord));
  for (const word of permissionWords(permissions).map(formatWord)) {
    sources[word] = before.has(word) ? base.source : 'option';
  }
  const denied = new Set(removed);
  const wanted = widenings(permissions, union(permissions, base.wanted ?? permissions)).filter(
    (word) => !(denied.has(formatWord(word)) || denied.has(word.value)),
  );
  const isOtherFile =
    stored === undefined
      ? homeFiles.length > 0 && !homeFiles.includes(application.path)
      : !stored.files.includes(application.path);
  return { permissions, sources, wanted, isOtherFile, asked };
}

/** The permissions with what the user has agreed to. */
export function agree({ permissions, wanted }: Decision): Permissions {
  return wanted.reduce(allow, permissions);
}

interface Base {
  readonly permissions: Permissions;
  readonly source: GrantSource;
  /** What is asked for in all; undefined where nothing is. */
  readonly wanted?: Permissions;
}

function baseOf(application: DecisionFacts['application'], stored: StoredChoice | undefined): Base {
  const { desktopId, request } = application;
  if (stored !== undefined) {
    const news = newlyAsked(stored, request?.permissions);
    return { permissions: stored.permissions, source: 'stored choice', ...(news && { wanted: news }) };
  }
  const known = knownApplication(desktopId);
  const wish = known ?? request?.permissions;
  const limit = withOwnSandbox(levelPermissions('default'), application);
  if (wish === undefined) return { permissions: limit, source: 'default level' };
  const wanted = withOwnSandbox(wish, application);
  const source = known === undefined ? 'request of the image' : 'list of known applications';
  return { permissions: common(wanted, limit), source, wanted };
}

function levelBase(level: string, application: DecisionFacts['application']): Base {
  const permissions = resolveWish({ level });
  return { permissions: level === 'strict' ? permissions : withOwnSandbox(permissions, application), source: 'option' };
}

/** What the image asks for now and did not ask for when the user chose. */
function newlyAsked({ permissions, asked }: StoredChoice, request: Permissions | undefined): Permissions | undefined {
  if (request === undefined) return undefined;
  const news = asked === null ? permissionWords(request) : widenings(asked, request);
  const words = news.filter(({ kind }) => kind !== 'home' && kind !== 'identity' && kind !== 'network');
  if (request.network !== asked?.network) words.push({ kind: 'network', value: request.network });
  return words.length === 0 ? undefined : union(permissions, words.reduce(allow, emptyLike(permissions)));
}

function emptyLike(permissions: Permissions): Permissions {
  return { ...resolveWish({}), home: permissions.home, identity: permissions.identity };
}

/** What both grant: the wish, cut down to the limit. */
function common(wish: Permissions, limit: Permissions): Permissions {
  const beyond = new Set(widenings(limit, wish).map(formatWord));
  const words = permissionWords(wish).filter((word) => !beyond.has(formatWord(word)));
  return words.reduce(allow, { ...resolveWish({}), network: 'off' });
}

/** Chromium's processes are confined from each other by namespaces of their own; without them it does not start. */
function withOwnSandbox(permissions: Permissions, { isChromium }: DecisionFacts['application']): Permissions {
  return isChromium ? allow(permissions, { kind: 'feature', value: 'nested-namespaces' }) : permissions;
}
