import { build } from 'esbuild';
import { pageOptions } from './page-options.ts';

await build(pageOptions);
