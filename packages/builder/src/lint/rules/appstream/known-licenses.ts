import deprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import current from 'spdx-license-ids/index.json' with { type: 'json' };

const LICENSES: ReadonlySet<string> = new Set<string>([...current, ...deprecated]);

/** Whether SPDX lists a license under this identifier, be it deprecated. */
export function isKnownLicense(id: string): boolean {
  return LICENSES.has(id);
}
