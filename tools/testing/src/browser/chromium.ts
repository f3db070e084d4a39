import { type Browser, chromium, type Page } from 'playwright-core';
import { findTool } from '../oracle.ts';

/** Starts the system's Chromium without a window; whoever starts it closes it. */
export function startChromium(): Promise<Browser> {
  const executablePath = findTool('chromium');
  if (executablePath === undefined) throw new Error('Cannot start Chromium: expected chromium on the PATH, found none');
  // Root, whom tests often run as, has no sandbox there.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Drags a file from the disk onto an element and drops it there, as a person does from a file manager. */
export async function dropFile(page: Page, selector: string, path: string): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`Cannot drop file: ${selector} must be visible`);
  const session = await page.context().newCDPSession(page);
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...place, data });
  }
  await session.detach();
}
