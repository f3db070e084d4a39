import { launcherFile } from '../launcher/launcher-file.ts';
import type { ManifestImage } from '../manifest/manifest.ts';
import type { Places } from '../places/places.ts';
import type { Settings } from '../places/settings.ts';
import { thumbnailerFile } from '../thumbnail/thumbnailer-file.ts';
import { planService } from '../units/plan-service.ts';
import type { PlannedFile } from './planned-file.ts';

/** What {@link planShared} needs to know. */
export interface SharedRequest {
  readonly places: Places;
  readonly settings: Settings;
  /** All that are known, shown or not. */
  readonly images: readonly Pick<ManifestImage, 'leftAlone'>[];
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
}

/** Plans the files that belong to no single image; none where no image is shown and the user has asked for nothing. */
export function planShared({ places, settings, images, command }: SharedRequest): PlannedFile[] {
  const { service, watch, thumbnails } = settings;
  const isShown = images.some(({ leftAlone }) => leftAlone === null);
  const thumbnailer = isShown && thumbnails !== false ? [thumbnailerFile(command)] : [];
  return [...(isShown ? [launcherFile()] : []), ...thumbnailer, ...planService({ service, places, watch, command })];
}
