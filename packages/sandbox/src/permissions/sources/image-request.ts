import { type DesktopEntry, getRawValue, parseListValue } from '@appimage-js/format';
import { readAisapRequest } from './aisap-request.ts';
import { readFinishArguments, readFlatpakMetadata } from './flatpak-request.ts';
import { readOwnRequest } from './own-request.ts';
import type { Request } from './request.ts';

/** The files of an image in which it may ask for permissions. */
export interface RequestFiles {
  readonly desktopEntry: DesktopEntry | undefined;
  /** Flatpak's `metadata`, where the image has kept it. */
  readonly metadata: DesktopEntry | undefined;
}

/** What an image asks for: by the group that is documented here, by aisap's, by flatpak's means, in that order. */
export function readRequest({ desktopEntry, metadata }: RequestFiles): Request | undefined {
  const own = desktopEntry && (readOwnRequest(desktopEntry) ?? readAisapRequest(desktopEntry));
  if (own !== undefined) return own;
  const finish = desktopEntry && getRawValue(desktopEntry, 'X-Flatpak-FinishArgs');
  if (finish !== undefined) return readFinishArguments(parseListValue(finish));
  return metadata && readFlatpakMetadata(metadata);
}
