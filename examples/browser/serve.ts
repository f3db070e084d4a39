import { context } from 'esbuild';
import { pageOptions } from './page-options.ts';

const bundler = await context(pageOptions);
const { port } = await bundler.serve({ host: '127.0.0.1', servedir: pageOptions.outdir });
process.stdout.write(`http://127.0.0.1:${port}/\n`);
