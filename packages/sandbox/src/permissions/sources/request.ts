import type { Permissions } from '../permissions.ts';
import { isLoaderVariable } from '../values.ts';

/** What an image asks for by itself, and what of it is not understood or never given. */
export interface Request {
  readonly permissions: Permissions;
  /** How it was asked: `X-App Permissions` … */
  readonly from: string;
  /** Words of the request that are left out, with the reason. */
  readonly ignored: readonly string[];
}

/**
 * What no image gets by asking: variables that make programs load or run code, and the file system as a whole with its own
 * settings in it.
 */
export function withoutLoaderVariables(request: Request): Request {
  const { set, pass, unset } = request.permissions.environment;
  const refused = [...Object.keys(set), ...pass].filter(isLoaderVariable);
  if (refused.length === 0) return request;
  return {
    ...request,
    permissions: {
      ...request.permissions,
      environment: {
        set: Object.fromEntries(Object.entries(set).filter(([name]) => !isLoaderVariable(name))),
        pass: pass.filter((name) => !isLoaderVariable(name)),
        unset,
      },
    },
    ignored: [...request.ignored, ...refused.map((name) => `variable ${name}: it makes programs run other code`)],
  };
}

/** Adds what each word grants, and notes those that can not be read. */
export function collectWords(
  words: readonly string[],
  add: (word: string) => void,
): { readonly ignored: readonly string[] } {
  const ignored: string[] = [];
  for (const word of words) {
    try {
      add(word);
    } catch (error) {
      ignored.push(`${word}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { ignored };
}
