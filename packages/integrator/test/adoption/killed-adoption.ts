// A process of its own that takes entries over, to be killed at any moment.
import { adoptForeign, findPlaces } from '../../src/index.ts';

const [home = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
await adoptForeign({
  places: findPlaces({ HOME: home, XDG_DATA_DIRS: `${home}/shared` }),
  settings: { watch: [], thumbnails: false, service: null },
  launch: 'self',
  command: ['/usr/bin/appimage'],
});
