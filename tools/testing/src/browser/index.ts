export type { Browser, Page } from 'playwright-core';
export { type Bundle, type BundledFile, bundleForBrowser } from './bundle.ts';
export { dropFile, startChromium } from './chromium.ts';
export { type FileServer, serveFiles } from './serve-files.ts';
