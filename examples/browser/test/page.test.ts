import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, sharedFolder, temporaryFolder } from '@appimage-js/testing';
import {
  type Browser,
  dropFile,
  type FileServer,
  type Page,
  serveFiles,
  startChromium,
} from '@appimage-js/testing/browser';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { pageOptions } from '../page-options.ts';

const cli = fileURLToPath(new URL('bin/appimage.js', import.meta.resolve('appimage-js/package.json')));
const appDir = join(import.meta.dirname, '../../hello/AppDir');

describeWith(['chromium'], 'the page', () => {
  const image = join(sharedFolder(), 'hello.AppImage');
  let browser: Browser;
  let server: FileServer;

  beforeAll(async () => {
    await execa(process.execPath, [cli, 'build', appDir, '-o', image, '--arch', 'x86_64']);
    const { outputFiles } = await build({ ...pageOptions, write: false });
    const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
    server = await serveFiles(files.set('hello.AppImage', readFileSync(image)));
    browser = await startChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** A page on which nothing goes wrong that it does not tell. */
  async function openPage(): Promise<Page> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
    onTestFinished(async () => {
      await page.close();
      // A status of 404 is the page's to tell, and told by Chromium as well.
      expect(complaints.filter((text) => !text.includes('status of 404'))).toEqual([]);
    });
    await page.goto(server.url.href);
    return page;
  }

  async function expectHello(page: Page): Promise<void> {
    await page.getByRole('heading', { name: 'Hello' }).waitFor();
    const facts = await page.locator('#facts').textContent();
    expect(facts).toContain('AppImage, type 2');
    expect(facts).toContain('x86_64');
    const width = await page.locator('#icon').evaluate(async (icon) => {
      await (icon as HTMLImageElement).decode();
      return (icon as HTMLImageElement).naturalWidth;
    });
    expect(width).toBeGreaterThan(0);
    expect(await page.locator('#files > li').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^AppRun/), expect.stringMatching(/^hello\.desktop/)]),
    );
    expect(await page.getByRole('status').textContent()).toBe('');
  }

  test('shows an AppImage that is dropped on it', async () => {
    const page = await openPage();
    await dropFile(page, '#drop', image);
    await expectHello(page);
  });

  test('shows an AppImage that is chosen, and saves a file of it', async () => {
    const page = await openPage();
    await page.setInputFiles('#file', image);
    await expectHello(page);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'AppRun' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('AppRun');
    expect(readFileSync(await download.path())).toEqual(readFileSync(join(appDir, 'AppRun')));
  });

  test('shows an AppImage at a URL, and tells what was fetched of it', async () => {
    const page = await openPage();
    await page.getByLabel('or open a URL').fill(new URL('hello.AppImage', server.url).href);
    await page.getByRole('button', { name: 'Open' }).click();
    await expectHello(page);
    expect(await page.locator('#facts').textContent()).toMatch(/Fetched[\d.]+ kB in \d+ requests/);
  });

  test('says what is wrong with a file that is something else', async () => {
    const page = await openPage();
    const path = join(temporaryFolder(), 'note.txt');
    writeFileSync(path, 'a note');
    await page.setInputFiles('#file', path);
    await page.getByRole('heading', { name: 'note.txt' }).waitFor();
    expect(await page.locator('#facts').textContent()).toContain('something else');
  });

  test('says what is wrong with a URL that leads nowhere', async () => {
    const page = await openPage();
    await page.getByLabel('or open a URL').fill(new URL('nothing.AppImage', server.url).href);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('the server has no such file (404)').waitFor();
  });
});
