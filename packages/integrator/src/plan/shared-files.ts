import type { ManifestImage } from '../manifest/manifest.ts';
import type { Settings } from '../places/settings.ts';
import type { PlannedFile } from './planned-file.ts';

/** What {@link planShared} needs to know. */
export interface SharedRequest {
  readonly settings: Settings;
  /** All that are known, shown or not. */
  readonly images: readonly Pick<ManifestImage, 'leftAlone'>[];
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
}

/** Plans the files that belong to no single image; none where no image is shown and the user has asked for nothing. */
export function planShared(_request: SharedRequest): PlannedFile[] {
  return [];
}
