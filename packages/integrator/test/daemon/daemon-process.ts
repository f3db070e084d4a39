// A daemon in a process of its own, which tells what it does in lines on standard output, and at last what it has taken.
import { readdirSync } from 'node:fs';
import { type DaemonSyncRequest, findPlaces, runDaemon, syncAppImages } from '../../src/index.ts';

const [home = ''] = process.argv.slice(2);
const places = findPlaces({ HOME: home });
const controller = new AbortController();
process.on('SIGTERM', () => controller.abort());
const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const descriptors = () => readdirSync('/proc/self/fd').length;

await runDaemon({
  places,
  sync: async ({ unsettled, signal }: DaemonSyncRequest) => {
    const result = await syncAppImages({ places, unsettled, signal, launch: 'self', command: ['/usr/bin/appimage'] });
    return { ...result, standingBack: null };
  },
  tell: (event) =>
    print(event.event === 'synced' ? { event: event.event, images: event.images, descriptors: descriptors() } : event),
  signal: controller.signal,
  times: { least: 200, most: 400, patience: 300, pulse: 500 },
});
const { user, system } = process.cpuUsage();
print({
  event: 'ended',
  cpuSeconds: (user + system) / 1e6,
  megabytes: process.memoryUsage.rss() / 1e6,
  descriptors: descriptors(),
});
