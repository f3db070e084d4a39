import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { onTestFinished } from 'vitest';
import type { UpdateOptions } from '../../src/index.ts';
import { sendFile, startServer, type TestServer } from '../servers/test-server.ts';
import { type ImageRecipe, makeImage, writeControlFile } from './make-image.ts';

/** Somebody who publishes versions of an application on a loopback server, and somebody who has one of them. */
export interface Publisher {
  readonly server: TestServer;
  /** Where the control file is; the update information of its images. */
  readonly updateInformation: string;
  /** The user's file. */
  readonly file: string;
  /** The folder with the user's pins. */
  readonly dataFolder: string;
  /** What a test hands to every update. */
  readonly options: UpdateOptions;
  /** Puts a version onto the user's disk. */
  install(recipe: Omit<ImageRecipe, 'updateInformation'>): Promise<Uint8Array>;
  /** Offers a version, and takes the one before away. */
  publish(recipe: Omit<ImageRecipe, 'updateInformation'>, mtime?: number): Promise<Uint8Array>;
  /** Offers any bytes. */
  publishBytes(bytes: Uint8Array, mtime?: number): Promise<void>;
}

/** Starts a server for the test, and makes folders for the user. */
export async function startPublisher(): Promise<Publisher> {
  const folder = temporaryFolder();
  const [published, home, dataFolder] = ['published', 'home', 'data'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(published);
  mkdirSync(home);
  const server = await startServer((request, response, { pathname }) => {
    let content: Uint8Array | undefined;
    try {
      content = readFileSync(join(published, pathname));
    } catch {
      response.writeHead(404).end();
      return;
    }
    sendFile(request, response, content, { etag: `"${createHash('sha256').update(content).digest('hex')}"` });
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const updateInformation = `zsync|${server.url}/probe.AppImage.zsync`;
  const file = join(home, 'probe.AppImage');
  const publishBytes = async (bytes: Uint8Array, mtime?: number) => {
    writeFileSync(join(published, 'probe.AppImage'), bytes);
    await writeControlFile(join(published, 'probe.AppImage.zsync'), bytes, 'probe.AppImage', mtime);
  };
  return {
    server,
    updateInformation,
    file,
    dataFolder,
    options: { dataFolder, http: { cacheFolder: null, retries: 0 } },
    publishBytes,
    async install(recipe) {
      const bytes = await makeImage({ updateInformation, ...recipe });
      writeFileSync(file, bytes, { mode: 0o755 });
      return bytes;
    },
    async publish(recipe, mtime) {
      const bytes = await makeImage({ updateInformation, ...recipe });
      await publishBytes(bytes, mtime);
      return bytes;
    },
  };
}
