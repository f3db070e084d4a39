import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { entriesOf, makeForeignHome } from '../support/foreign-home.ts';
import { probeTree, writeAppImage } from '../support/image.ts';

describe('defaults of the user', () => {
  test('that named a foreign entry name ours, and are given up with it', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const path = await image();
    const { entry } = tools.libappimage(path);
    const id = entry.slice(entry.lastIndexOf('/') + 1);
    const list = join(home.places.config, 'mimeapps.list');
    const text = (first: string, schemes: string) =>
      `# mine\n[Default Applications]\n${schemes}text/plain=${first}ed.desktop;\n\n[Added Associations]\nimage/png=view.desktop;${first}\n`;
    mkdirSync(home.places.config, { recursive: true });
    const schemes = (name: string) => `x-scheme-handler/probing=${name}\nx-scheme-handler/unnamed=${name}\n`;
    writeFileSync(list, text(`${id};`, schemes(id)));
    await adopt();
    const own = String(entriesOf(home)[0]);
    expect(readFileSync(list, 'utf8')).toBe(text(`${own};`, schemes(own)));
    await writeAppImage(path, probeTree({ version: '2.0' }));
    await home.sync();
    expect(readFileSync(list, 'utf8')).toBe(text(`${own};`, schemes(own)));
    rmSync(path);
    await home.sync();
    expect(readFileSync(list, 'utf8')).toBe(
      `# mine\n[Default Applications]\ntext/plain=ed.desktop;\n\n[Added Associations]\nimage/png=view.desktop;${own};\n`,
    );
  });
});

describeWith(['desktop-file-validate', 'update-desktop-database', 'xdg-mime', 'gio'], 'for the desktop', () => {
  testWith(['update-mime-database'], 'links and files go on opening with the application', async () => {
    const { home, tools, adopt, image } = makeForeignHome();
    const { entry } = tools.launcher(await image('Probe.AppImage'));
    const id = entry.slice(entry.lastIndexOf('/') + 1);
    mkdirSync(home.places.config, { recursive: true });
    writeFileSync(
      join(home.places.config, 'mimeapps.list'),
      `[Default Applications]\nx-scheme-handler/probing=${id}\napplication/x-probe=${id}\n`,
    );
    run('update-desktop-database', [join(home.places.data, 'applications')]);
    const env = ['-i', `HOME=${home.folder}`, `PATH=${process.env['PATH']}`];
    const query = (type: string) => run('env', [...env, 'xdg-mime', 'query', 'default', type]).trim();
    expect([query('x-scheme-handler/probing'), query('application/x-probe')]).toEqual([id, id]);
    const { caches } = await adopt();
    expect(caches.filter(({ state }) => state === 'failed')).toEqual([]);
    const [own] = entriesOf(home);
    expect([query('x-scheme-handler/probing'), query('application/x-probe')]).toEqual([own, own]);
    const associations = run('env', [...env, 'gio', 'mime', 'application/x-probe']);
    expect(associations).toContain(own);
    expect(associations).not.toContain(id);
    expect(run('desktop-file-validate', [join(home.places.data, 'applications', own as string)])).toBe('');
  });
});
