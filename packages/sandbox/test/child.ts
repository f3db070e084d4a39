// Starts an image in a process of its own, as the tests need it: `child.ts launch|become FILE [ARGS…]`.

import { becomeApplication, launch, planLaunch, provideContents, readHost, readImage } from '../src/index.ts';

const [way, file = '', ...args] = process.argv.slice(2);
const image = await readImage(file);
const host = readHost(image);
const contents = await provideContents({ file, image, host });
const plan = planLaunch({ file, args, image, host, contents });
if (way === 'become') becomeApplication(plan);
const { status, signal } = await launch(plan);
process.stderr.write(`${JSON.stringify({ status, signal })}\n`);
process.exitCode = status;
