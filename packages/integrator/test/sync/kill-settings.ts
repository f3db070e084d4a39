import type { InstallRecord, Settings } from '../../src/index.ts';

/** The settings of those that are killed, and of those that repair what they have left. */
export function killSettings(applications: string): Settings {
  return { watch: [applications], thumbnails: true, service: null };
}

/** What is noted of a file that may be the default for its URL schemes. */
export function consent(path: string): InstallRecord {
  return { from: path, sha256: '', signature: 'unsigned', date: '', schemesAllowed: true };
}
