/* Puts a file together by its control file: node apply-zsync.ts CONTROL-URL SEED OUTPUT. Prints what that took, in JSON. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createHttpClient, fetchUpdate } from '@appimage-js/updater';

const [controlUrl = '', seed = '', output = ''] = process.argv.slice(2);
await using http = createHttpClient({ environment: {}, cacheFolder: null });
const fetched = await fetchUpdate({
  http,
  seeds: [seed],
  destination: output,
  image: {
    name: basename(output),
    version: undefined,
    architecture: undefined,
    imageUrls: [],
    controlFileUrls: [controlUrl],
    size: undefined,
    sha256: undefined,
    sha512: undefined,
    publishedAt: undefined,
    notesUrl: undefined,
  },
});
const { user, system } = process.cpuUsage();
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
process.stdout.write(
  `${JSON.stringify({
    bytesFetched: fetched.bytesFetched,
    requests: fetched.requests,
    processorSeconds: (user + system) / 1e6,
    peakMegabytes: (Number(peak) * 1024) / 1e6,
  })}\n`,
);
