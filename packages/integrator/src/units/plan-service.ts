import type { Places } from '../places/places.ts';
import type { ServiceSettings } from '../places/service-settings.ts';
import type { PlannedFile } from '../plan/planned-file.ts';
import { planAutostart } from './plan-autostart.ts';
import { planUnits } from './plan-units.ts';

/** What {@link planService} needs to know. */
export interface ServiceRequest {
  readonly service: ServiceSettings | null;
  readonly places: Places;
  /** The folders that are watched. */
  readonly watch: readonly string[];
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
}

/** The files that keep the menu in step: units or an entry of the autostart, never both. Nothing for all users of a machine. */
export function planService({ service, places, watch, command }: ServiceRequest): PlannedFile[] {
  if (service === null || places.scope === 'system') return [];
  if (service.start === 'autostart') return [planAutostart(service.with, command)];
  return planUnits({ with: service.with, places, watch, command });
}
