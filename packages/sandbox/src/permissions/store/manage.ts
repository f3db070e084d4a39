import { AppImageError } from '@appimage-js/format';
import { withdraw } from '../combine.ts';
import type { Permissions } from '../permissions.ts';
import { allow, parseWord } from '../words.ts';
import { type Application, readApplication } from './application.ts';
import { agree, type Decision, decide } from './decide.ts';
import {
  choicePath,
  permissionFolder,
  readChoice,
  removeChoice,
  type StoredChoice,
  writeChoice,
} from './permission-store.ts';

/** Options of the functions that look at or change what an application may do. */
export interface ManageOptions {
  /** Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** What an application may do now. */
export interface PermissionState {
  readonly application: Application;
  readonly decision: Decision;
  /** Null where the user has not chosen yet. */
  readonly stored: StoredChoice | null;
  /** The file in which a choice is, or would be. */
  readonly path: string;
}

/**
 * Looks up what an application may do, and where that comes from. Nothing is changed.
 *
 * @throws AppImageError when the image or the stored choice can not be read
 */
export async function readPermissions(file: string, options: ManageOptions = {}): Promise<PermissionState> {
  const { env = process.env, signal } = options;
  const application = await readApplication(file, { signal });
  const folder = permissionFolder(env);
  const stored = await readChoice(folder, application.identity);
  const decision = decide({ application, stored });
  return { application, decision, stored: stored ?? null, path: choicePath(folder, application.identity) };
}

/**
 * Grants words on top of what an application may do, and keeps that. The file counts as the application's from then on.
 *
 * @param all also what the image asks for now
 * @throws AppImageError `malformed` for a word that is none, and as {@link readPermissions}
 */
export async function grantPermissions(
  file: string,
  { words, all = false, ...options }: ManageOptions & { readonly words: readonly string[]; readonly all?: boolean },
): Promise<PermissionState> {
  return await change(file, options, ({ decision }) =>
    words.map(parseWord).reduce(allow, all ? agree(decision) : decision.permissions),
  );
}

/**
 * Takes words away from what an application may do, and keeps that.
 *
 * @param asked what the image asks for now is declined: it is not asked about any more
 * @throws AppImageError `malformed` for a word that is none or a part of a wider one, `untrusted` for a file that the choice is not for,
 *   and as {@link readPermissions}
 */
export async function revokePermissions(
  file: string,
  { words, ...options }: ManageOptions & { readonly words: readonly string[] },
): Promise<PermissionState> {
  return await change(file, options, (state) => {
    const { application, stored } = state;
    // What is taken away from one that only claims to be the application would otherwise make it that.
    if (stored !== null && !stored.files.includes(application.path)) {
      const found = `it says that it is ${application.name}, which is ${stored.files.join(', ')} so far`;
      const message = `Cannot take permissions away from ${application.path}: ${found}; if it is the same application, say so by "appimage permissions grant ${application.path}"`;
      throw new AppImageError('untrusted', message, { path: application.path });
    }
    return words.map(parseWord).reduce(withdraw, state.decision.permissions);
  });
}

/**
 * Keeps these permissions for an application, whatever there was before.
 *
 * @throws AppImageError as {@link readPermissions}
 */
export async function setPermissions(
  file: string,
  { permissions, ...options }: ManageOptions & { readonly permissions: Permissions },
): Promise<PermissionState> {
  return await change(file, options, () => permissions);
}

/**
 * Forgets the user's choice: the next start decides anew. Answers whether there was one.
 *
 * @throws AppImageError as {@link readPermissions}
 */
export async function resetPermissions(file: string, options: ManageOptions = {}): Promise<boolean> {
  const { env = process.env, signal } = options;
  const { identity } = await readApplication(file, { signal });
  return await removeChoice(permissionFolder(env), identity);
}

async function change(
  file: string,
  options: ManageOptions,
  choose: (state: PermissionState) => Permissions,
): Promise<PermissionState> {
  const state = await readPermissions(file, options);
  const { application, decision, stored } = state;
  await writeChoice(permissionFolder(options.env ?? process.env), application.identity, {
    name: application.name,
    files: [...new Set([...(stored?.files ?? []), application.path])],
    permissions: choose(state),
    asked: decision.asked,
  });
  return await readPermissions(file, options);
}
