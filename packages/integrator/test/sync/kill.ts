// A process of its own that syncs over and over, to be killed at any moment.
import { findPlaces, syncAppImages } from '../../src/index.ts';

const [home = '', applications = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
await syncAppImages({
  places: findPlaces({ HOME: home }),
  settings: { watch: [applications], thumbnails: false },
  launch: 'self',
  command: ['/usr/bin/appimage'],
});
