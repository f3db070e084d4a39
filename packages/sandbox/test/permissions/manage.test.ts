import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import {
  formatWord,
  grantPermissions,
  permissionWords,
  readApplication,
  readPermissions,
  resetPermissions,
  revokePermissions,
  setPermissions,
} from '../../src/permissions/index.ts';

function appDir(entry = '', name = 'App.AppDir'): { readonly file: string; readonly env: Record<string, string> } {
  const folder = temporaryFolder();
  const file = join(folder, name);
  mkdirSync(file);
  writeFileSync(join(file, 'org.example.App.desktop'), `[Desktop Entry]\nType=Application\nName=My App\n${entry}`);
  return { file, env: { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') } };
}

describe('a choice', () => {
  test('is kept where only the user can read it', async () => {
    const { file, env } = appDir();
    const { path, stored } = await grantPermissions(file, { env, words: ['xdg-download:ro'] });
    expect(stored?.permissions.filesystem).toEqual({ 'xdg-download': 'read' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(path, '..'))).toHaveLength(1);
  });

  test('is widened and narrowed word by word, and forgotten', async () => {
    const { file, env } = appDir();
    await grantPermissions(file, { env, words: ['kvm', '/srv'] });
    const { decision } = await revokePermissions(file, { env, words: ['kvm', 'network'] });
    const words = permissionWords(decision.permissions).map(formatWord);
    expect(words).toContain('filesystem=/srv');
    expect(words).toContain('network=off');
    expect(words).not.toContain('device=kvm');
    expect(await resetPermissions(file, { env })).toBe(true);
    expect(await resetPermissions(file, { env })).toBe(false);
    expect((await readPermissions(file, { env })).stored).toBeNull();
  });

  test('grants all that is asked for only when told to', async () => {
    const { file, env } = appDir('[X-AppImage Permissions]\nAllow=home;\n');
    expect((await readPermissions(file, { env })).decision.wanted.map(formatWord)).toEqual(['filesystem=home']);
    const declined = await revokePermissions(file, { env, words: [] });
    expect(declined.decision).toMatchObject({ wanted: [], permissions: { filesystem: {} } });
    await resetPermissions(file, { env });
    const granted = await grantPermissions(file, { env, words: [], all: true });
    expect(granted.decision).toMatchObject({ wanted: [], permissions: { filesystem: { home: 'write' } } });
  });

  test("that everybody can write to is nobody's", async () => {
    const { file, env } = appDir();
    const { path } = await grantPermissions(file, { env, words: ['kvm'] });
    chmodSync(path, 0o666);
    await expect(readPermissions(file, { env })).rejects.toMatchObject({ code: 'untrusted', path });
    expect(await resetPermissions(file, { env })).toBe(true);
  });

  testWith(['root'], 'of another user is not the own one', async () => {
    const { file, env } = appDir();
    const { path } = await grantPermissions(file, { env, words: ['kvm'] });
    chownSync(path, 65_534, 65_534);
    await expect(readPermissions(file, { env })).rejects.toMatchObject({ code: 'untrusted', path });
  });

  test('can not be narrowed by a file that only claims to be the application', async () => {
    const { file, env } = appDir();
    const { path } = await grantPermissions(file, { env, words: ['kvm'] });
    const choice = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...choice, files: ['/opt/App.AppImage'] }));
    await expect(revokePermissions(file, { env, words: ['kvm'] })).rejects.toMatchObject({ code: 'untrusted' });
    expect((await readPermissions(file, { env })).stored?.files).toEqual(['/opt/App.AppImage']);
  });

  test('that is damaged stops everything but forgetting it', async () => {
    const { file, env } = appDir();
    const { path, decision } = await grantPermissions(file, { env, words: ['kvm'] });
    for (const text of [
      '',
      '{',
      '[]',
      '{"version":1}',
      '{"version":1,"name":"","files":[],"permissions":{"network":"yes"}}',
    ]) {
      writeFileSync(path, text);
      await expect(readPermissions(file, { env })).rejects.toMatchObject({ code: 'malformed', path });
    }
    writeFileSync(path, '{"version":2}');
    await expect(setPermissions(file, { env, permissions: decision.permissions })).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(await resetPermissions(file, { env })).toBe(true);
  });
});

describe('readApplication', () => {
  test('tells files apart that say the same of themselves', async () => {
    const one = await readApplication(appDir().file);
    const other = await readApplication(appDir().file);
    expect(one).toMatchObject({ name: 'My App', desktopId: 'org.example.App', isKnownByPath: true, isChromium: false });
    expect(one.identity).not.toBe(other.identity);
  });

  test('makes no path of what an image calls itself', async () => {
    const { file } = appDir();
    writeFileSync(join(file, '..%2f\\.. x.desktop'), '[Desktop Entry]\nName=x\n');
    expect((await readApplication(file)).identity).toMatch(/^[A-Za-z0-9_][\w.-]*-[0-9a-f]{16}$/);
  });
});
