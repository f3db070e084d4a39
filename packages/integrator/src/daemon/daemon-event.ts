import type { FolderState } from './watched-folders.ts';

/** What a daemon tells of itself. */
export type DaemonEvent =
  /** Its first look is over, or the folders are others now. */
  | { readonly event: 'watching'; readonly folders: readonly string[] }
  | ({ readonly event: 'folder'; readonly folder: string } & FolderState)
  | {
      readonly event: 'synced';
      readonly images: number;
      /** Absolute paths. */
      readonly written: readonly string[];
      readonly removed: readonly string[];
      readonly remarks: readonly string[];
      readonly milliseconds: number;
    }
  /** Nothing is to be integrated here. */
  | { readonly event: 'standing-back'; readonly reason: string }
  | { readonly event: 'failed'; readonly message: string; readonly retryInMilliseconds: number };

/** What a daemon tells, in words of one line. */
export function describeEvent(event: DaemonEvent): string {
  switch (event.event) {
    case 'watching':
      return `Watching ${event.folders.length === 0 ? 'no folder' : event.folders.join(', ')}`;
    case 'folder':
      return describeFolder(event.folder, event);
    case 'synced': {
      const { images, written, removed, milliseconds } = event;
      const counts = `AppImages: ${images}, files written: ${written.length}, removed: ${removed.length}`;
      return `Synced in ${Math.round(milliseconds)} ms (${counts})`;
    }
    case 'standing-back':
      return `Nothing new is integrated here: ${event.reason}`;
    default:
      return `${event.message}; trying again in ${Math.ceil(event.retryInMilliseconds / 1000)} s`;
  }
}

function describeFolder(folder: string, state: FolderState): string {
  switch (state.state) {
    case 'watched':
      return `${folder} is watched`;
    case 'missing':
      return `${folder} is not there; it is watched when it comes`;
    case 'polled':
      return `${folder} is looked into every few seconds, as the system does not watch it: ${state.reason}`;
    default:
      return `${folder} can not be read: ${state.reason}`;
  }
}
