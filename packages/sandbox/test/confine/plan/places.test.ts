import { describe, expect, test } from 'vitest';
import { planConfinement } from '../../../src/index.ts';
import { resolveWish } from '../../../src/permissions/index.ts';
import { lines, plan, request } from './confinement-host.ts';

describe('places', () => {
  test('are bound where applications look for them, outer ones first', () => {
    const found = lines(plan({ allow: ['/srv/a.txt:ro', 'xdg-download', '~/link:ro'] }));
    const bound = found.filter((line) => /bind \/(?:srv|mnt|home\/me\/Downloads)/.test(line));
    expect(bound).toEqual([
      '--bind /home/me/Downloads /home/me/Downloads',
      '--ro-bind /mnt/disk /home/me/link',
      '--ro-bind /srv/a.txt /srv/a.txt',
    ]);
  });

  test('get mount points in the home folder of the application', () => {
    const { home } = plan({ allow: ['~/new/deep:create', 'xdg-download'] });
    expect(home).toEqual({
      directory: '/home/me/.local/share/appimage/homes/org.example.App-0123456789abcdef',
      mountPoints: [
        { path: 'Downloads', kind: 'directory' },
        { path: 'new', kind: 'directory' },
        { path: 'new/deep', kind: 'directory' },
      ],
    });
  });

  test('that are not there are made only where that was granted', () => {
    expect(plan({ allow: ['~/new/deep:create'] })).toMatchObject({ created: ['/home/me/new/deep'], missing: [] });
    expect(plan({ allow: ['~/gone'] })).toMatchObject({
      created: [],
      missing: expect.arrayContaining(['filesystem=~/gone: there is no /home/me/gone']),
    });
  });

  test('are refused where the application could change the link that leads to them', () => {
    const { refused, confinement } = plan({ allow: ['~/Apps', '~/Apps/link'] });
    expect(refused).toEqual([
      {
        what: 'filesystem=~/Apps/link',
        reason: 'the application may change where the link /home/me/Apps/link leads',
        remedy: 'grant the folder itself, /etc',
      },
    ]);
    expect(confinement.arguments).not.toContain('/home/me/Apps/link');
  });

  test('can be handed over as descriptors', () => {
    const found = planConfinement(request(resolveWish({ allow: ['xdg-download:ro'] }), { bindsDescriptors: true }));
    expect(lines(found)).toContain('--ro-bind-fd <place /home/me/Downloads> /home/me/Downloads');
    expect(found.descriptors).toEqual({ 'place /home/me/Downloads': '/home/me/Downloads' });
  });

  test('with the image in it leave the image, choices and other homes alone', () => {
    const found = lines(plan({ allow: ['home'] }));
    expect(found).toContain('--bind /home/me /home/me');
    expect(found).toContain('--ro-bind /home/me/.config/appimage /home/me/.config/appimage');
    expect(found).toContain('--ro-bind /home/me/Apps/App.AppImage /home/me/Apps/App.AppImage');
    expect(found.indexOf('--tmpfs /home/me/.local/share/appimage/homes')).toBeGreaterThan(
      found.indexOf('--bind /home/me /home/me'),
    );
  });

  test('hold the folders above what is protected, before what is granted in them', () => {
    const found = lines(plan({ allow: ['home', '~/Apps:ro'] }));
    const at = (line: string) => found.indexOf(line);
    expect(at('--bind /home/me/.config /home/me/.config')).toBeGreaterThan(at('--bind /home/me /home/me'));
    expect(at('--ro-bind /home/me/.config/appimage /home/me/.config/appimage')).toBeGreaterThan(
      at('--bind /home/me/.config /home/me/.config'),
    );
    // A part that is granted for reading only stays so.
    expect(at('--ro-bind /home/me/Apps /home/me/Apps')).toBeGreaterThan(0);
    expect(at('--bind /home/me/Apps /home/me/Apps')).toBe(-1);
  });

  test('are refused where a link leads to what is made anew', () => {
    const places = {
      '/var/run/x': {
        place: '/var/run/x',
        path: '/var/run/x',
        real: '/run/user/1000',
        kind: 'directory',
        links: ['/var/run'],
      },
    } as const;
    const { refused } = plan({ allow: ['/var/run/x'] }, { places });
    expect(refused).toMatchObject([{ reason: expect.stringContaining('/run/user/1000') }]);
  });

  test('of the whole host are its folders but for those of the system', () => {
    const found = lines(plan({ allow: ['host:ro'] })).filter((line) => line.startsWith('--ro-bind '));
    expect(found).toEqual(
      expect.arrayContaining(['--ro-bind /home /home', '--ro-bind /opt /opt', '--ro-bind /mnt /mnt']),
    );
    expect(found).not.toContain('--ro-bind /proc /proc');
    expect(found).not.toContain('--ro-bind /etc /etc');
  });
});
