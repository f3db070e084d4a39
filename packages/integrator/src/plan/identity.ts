import { sha256 } from '../files/hash.ts';

/** What tells an application from all others, whatever its file is called and wherever it lies. */
export interface IdentityFacts {
  /** As it is written in the image. */
  readonly updateInformation: string | null;
  readonly appStreamId: string | null;
  readonly name: string | null;
  /** The site that the file came from, of {@link originOf}, if somebody has said so. */
  readonly origin: string | null;
}

/**
 * The stable identity of an application: its update information, which stays as long as it is published; else its AppStream id; else its
 * name with where it came from. It survives updates, moves and new file names.
 */
export function stableIdentity({ updateInformation, appStreamId, name, origin }: IdentityFacts): string {
  if (updateInformation !== null && updateInformation !== '') return `update-information:${updateInformation}`;
  if (appStreamId !== null && appStreamId !== '') return `appstream:${appStreamId}`;
  return `name:${name ?? ''}|${origin ?? ''}`;
}

/**
 * The site that a file came from; null for one of this machine, as where it lay says nothing about the application.
 *
 * @param from the path or URL that the user gave
 */
export function originOf(from: string): string | null {
  const origin = URL.parse(from)?.origin;
  return origin === undefined || origin === 'null' ? null : origin;
}

/** An identity as a part of file names: 16 hexadecimal digits. */
export function identityId(identity: string): string {
  return sha256(identity).slice(0, 16);
}

/** The id of a further image of the same application, told from the first by its place. */
export function furtherId(identity: string, path: string): string {
  return `${identityId(identity)}-${sha256(path).slice(0, 8)}`;
}

/** What all names of files that we write begin with; nobody else's program sweeps these away. */
export const NAME_PREFIX = 'appimage-js-';

/** The one name that menu entry, icons and packages of an image go by. */
export function nameOf(id: string): string {
  return `${NAME_PREFIX}${id}`;
}

/** What desktops call the menu entry of an image: the name of its file. */
export function desktopIdOf({ id }: { readonly id: string }): string {
  return `${nameOf(id)}.desktop`;
}
