import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

const page = (name: string) => fileURLToPath(new URL(`page/${name}`, import.meta.url));

/** How the page is bundled; the compressions become files of their own, which are loaded when an image needs them. */
export const pageOptions: BuildOptions & { readonly outdir: string } = {
  entryPoints: ['index.html', 'style.css', 'main.ts'].map(page),
  outdir: fileURLToPath(new URL('dist', import.meta.url)),
  bundle: true,
  conditions: ['@appimage-js/source'],
  format: 'esm',
  loader: { '.html': 'copy' },
  minify: true,
  platform: 'browser',
  splitting: true,
  target: 'es2022',
};
