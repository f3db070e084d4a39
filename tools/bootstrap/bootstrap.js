// Brings a checkout to life: `node tools/bootstrap/bootstrap.js start|test|bench|ci`.
// Plain JavaScript without dependencies: it runs on the old Node (18 and later) that a machine happens to have.

import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitStatus, Failure, installSignalHandlers, onPath, run } from './src/process.js';
import { describeSysroots, describeSystemPackages, provideSystemPackages } from './src/system-packages.js';
import { clearReports, readReports, summarize } from './src/test-reports.js';
import { provideNode, providePnpm } from './src/toolchain.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The parts of the gate that `npm test` leaves out; each is a script of the root. */
const GATE = [
  'check:format',
  'check:types',
  'check:layers',
  'check:docs',
  'check:unused',
  'check:packages',
  'bench:short',
];

/** @type {Record<string, (environment: NodeJS.ProcessEnv, args: string[]) => Promise<number>>} */
const commands = {
  async start(environment) {
    await prepare(environment, ['toolchain']);
    return run('pnpm', ['--filter', './examples/demo', '--silent', 'run', 'demo'], { environment, root });
  },

  async test(environment) {
    await prepare(environment, ['toolchain', 'oracles']);
    return printSummary(await runTests(environment));
  },

  async bench(environment, args) {
    await prepare(environment, ['toolchain', 'bench']);
    return run('pnpm', ['exec', 'bench', ...args], { environment, root });
  },

  async ci(environment) {
    await prepare(environment, ['toolchain', 'oracles', 'bench']);
    const results = await runTests(environment);
    for (const name of GATE) {
      step(`Gate: ${name}`);
      const status = await run('pnpm', ['--silent', 'run', name], { environment, root });
      results.push({ name, state: status === 0 ? 'passed' : 'failed' });
    }
    return printSummary(results);
  },
};

/**
 * Everything that both the demo and the tests stand on: tools, dependencies, a build.
 *
 * @param {NodeJS.ProcessEnv} environment gets the tools' folders at the head of its PATH
 * @param {string[]} groups names of the lists in `system-packages/`
 */
async function prepare(environment, groups) {
  const node = await provideNode(root, environment);
  onPath(environment, node.folder);
  step(`Node ${node.version} ${node.origin}`);

  const pnpm = await providePnpm(root, environment);
  onPath(environment, pnpm.folder);
  step(`pnpm ${pnpm.version} ${pnpm.origin}`);

  await mustRun('install the dependencies', ['install', '--frozen-lockfile'], environment);
  step('Dependencies as in pnpm-lock.yaml');

  step(await provideSystemPackages(groups, environment));
  step(await fetchForeignLibraries(environment));
  const packages = [await describeSystemPackages(environment), describeSysroots(root)];
  environment['SYSTEM_PACKAGES'] = packages.join(' ').trim();

  const build = ['exec', 'turbo', 'run', 'build', 'build:native', '--output-logs=errors-only'];
  await mustRun('build the packages', build, environment);
  step('Built');
}

/**
 * The libraries that the native runtimes of other machines are linked with. Without them those runtimes are not built, which
 * only a continuous integration takes for a failure.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string>} what is there now, for people
 */
async function fetchForeignLibraries(environment) {
  let output = '';
  const script = join(root, 'tools/native/src/fetch-sysroots.ts');
  const status = await run('node', [script], { environment, root, onOutput: (text) => (output += text) });
  return status === 0 ? 'Libraries for the runtimes of all machines are there' : output.trim();
}

/** @param {NodeJS.ProcessEnv} environment */
async function runTests(environment) {
  clearReports(root);
  const turbo = ['exec', 'turbo', 'run', 'test', '--continue', '--concurrency=2', '--output-logs=new-only'];
  const status = await run('pnpm', turbo, { environment, root });
  const results = readReports(root);
  if (status !== 0 && results.every((result) => result.state !== 'failed')) {
    results.push({ name: 'turbo run test', state: 'failed', reason: `exit status ${status}, and no report says why` });
  }
  return results;
}

/** @param {import('./src/test-reports.js').TestResult[]} results */
function printSummary(results) {
  process.stdout.write(`\n${summarize(results)}\n`);
  return results.some((result) => result.state === 'failed') ? 1 : 0;
}

/**
 * Runs pnpm, and shows what it printed only when it failed.
 *
 * @param {string} action
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
async function mustRun(action, args, environment) {
  let output = '';
  const status = await run('pnpm', args, { environment, root, onOutput: (text) => (output += text) });
  if (status !== 0)
    throw new Failure(`Cannot ${action}: pnpm ${args.join(' ')} ended with status ${status}`, { output });
}

/** @param {string} line */
function step(line) {
  process.stdout.write(`• ${line}\n`);
}

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`Usage: node tools/bootstrap/bootstrap.js ${Object.keys(commands).join('|')}\n`);
    return 2;
  }
  const counts = name === 'test' || name === 'ci';
  try {
    return await command(childEnvironment(), args);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.output}\n`);
    if (counts) return printSummary([{ name: error.message, state: 'failed' }]);
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** The environment of every child: what the machine has, without what an outer `npm run` added about itself. */
function childEnvironment() {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package|command|execpath)/.test(name));
  return {
    ...Object.fromEntries(own),
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  };
}

installSignalHandlers();
process.exitCode = exitStatus(await main());
