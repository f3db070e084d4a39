// A process of its own that syncs, to be killed at any moment.
import { findPlaces, syncAppImages } from '../../src/index.ts';
import { consent, killSettings } from './kill-settings.ts';

const [home = '', applications = '', installed] = process.argv.slice(2);
process.stdout.write('ready\n');
await syncAppImages({
  places: findPlaces({ HOME: home }),
  settings: killSettings(applications),
  installed: new Map(installed === undefined ? [] : [[installed, consent(installed)]]),
  launch: 'self',
  command: ['/usr/bin/appimage'],
});
