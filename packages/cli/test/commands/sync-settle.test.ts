import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';
import { entries, makeHome, writeProbe } from '../support/probe-home.ts';

test.each([
  { options: [], shown: 1 },
  { options: ['--settle'], shown: 2 },
])('sync $options shows $shown of two images, the second of which comes while it is going on', async (row) => {
  const { home, env, applications } = await makeHome();
  mkdirSync(applications);
  chmodSync(await writeProbe(join(applications, 'first.AppImage'), '1.0'), 0o755);
  const late = join(home, 'late.AppImage');
  chmodSync(await writeProbe(late, '2.0'), 0o755);
  const programs = join(home, 'bin');
  mkdirSync(programs);
  const script = `#!/bin/sh\n[ ! -e "${late}" ] || mv "${late}" "${applications}"\n`;
  writeFileSync(join(programs, 'update-desktop-database'), script, { mode: 0o755 });
  const path = `${programs}:${process.env['PATH']}`;
  const outcome = await appimage(['sync', ...row.options], { env: { ...env, PATH: path } });
  expect(outcome).toMatchObject({ status: 0, stdout: expect.stringContaining(`${row.shown} of ${row.shown}`) });
  expect(entries(home)).toHaveLength(row.shown);
});
