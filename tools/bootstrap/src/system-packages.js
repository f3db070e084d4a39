// Debian packages that the build and the tests stand on, from the lists in `system-packages/`.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf, run } from './process.js';

const GROUPS = ['toolchain', 'oracles', 'bench'];

/**
 * Installs what is missing when this process may, otherwise says which line does it. Never fails: what is really needed
 * fails later, by its own name.
 *
 * @param {string[]} groups
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string>} what is there now, for people
 */
export async function provideSystemPackages(groups, environment) {
  const wanted = [...new Set(groups.flatMap(readList))];
  let found = await findInstalled(wanted, environment);
  if (found === undefined) return `System packages are not managed here (no dpkg); needed: ${wanted.join(' ')}`;

  const administrator = found.size < wanted.length ? await findAdministrator(environment) : undefined;
  if (administrator !== undefined) {
    const missing = wanted.filter((name) => !found?.has(name));
    process.stdout.write(`• Installing system packages: ${missing.join(' ')}\n`);
    await aptInstall(missing, administrator, environment);
    found = (await findInstalled(wanted, environment)) ?? new Map();
  }

  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length === 0) return 'System packages are there';
  return `System packages are missing; run this, then start again: sudo apt-get install ${missing.join(' ')}`;
}

/**
 * The versions of all packages of the lists that are there. What was built or tested with others is not up to date, so
 * turbo takes them into account as an environment variable.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
export async function describeSystemPackages(environment) {
  const found = await findInstalled(GROUPS.flatMap(readList), environment);
  return [...(found ?? [])].map(([name, version]) => `${name}=${version}`).join(' ');
}

/**
 * The same for the packages of other machines that were unpacked below `.toolchain/sysroot`.
 *
 * @param {string} root
 */
export function describeSysroots(root) {
  const folder = join(root, '.toolchain/sysroot');
  if (!existsSync(folder)) return '';
  const manifests = readdirSync(folder)
    .sort()
    .map((machine) => [machine, join(folder, machine, 'packages.txt')])
    .filter(([, path = '']) => existsSync(path));
  return manifests
    .flatMap(([machine, path = '']) =>
      parseList(readFileSync(path, 'utf8')).map((line) => `${machine}:${line.replace(' ', '=')}`),
    )
    .join(' ');
}

/** @param {string} group */
function readList(group) {
  return parseList(readFileSync(new URL(`../system-packages/${group}.txt`, import.meta.url), 'utf8'));
}

/**
 * One package a line; `#` starts a comment.
 *
 * @param {string} text
 */
export function parseList(text) {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

/**
 * The packages that dpkg has installed, with their versions; undefined on a system without dpkg.
 *
 * @param {string[]} wanted
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Map<string, string> | undefined>}
 */
async function findInstalled(wanted, environment) {
  let output = '';
  const query = ['--show', '--showformat', '${db:Status-Status} ${Package} ${Version}\\n', ...wanted];
  const status = await run('dpkg-query', query, { environment, root: '/', onOutput: (text) => (output += text) });
  if (status === 127) return undefined;
  const lines = output.split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([state, name = '', version = '']) => (state === 'installed' ? [[name, version]] : [])));
}

/**
 * The words before a command that make it run as root, without asking anybody; undefined where that cannot be.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string[] | undefined>}
 */
async function findAdministrator(environment) {
  if (process.getuid?.() === 0) return ['env'];
  const allowed = await outputOf('sudo', ['-n', 'true'], { environment, root: '/' });
  return allowed === undefined ? undefined : ['sudo', '-n', 'env'];
}

/**
 * @param {string[]} names
 * @param {string[]} administrator
 * @param {NodeJS.ProcessEnv} environment
 */
async function aptInstall(names, administrator, environment) {
  const [program = 'env', ...prefix] = [...administrator, 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  let output = '';
  const options = { environment, root: '/', onOutput: (/** @type {string} */ text) => (output += text) };
  // Without fresh lists the install may still work, from the lists that are there.
  await run(program, [...prefix, 'update'], options);
  const status = await run(program, [...prefix, 'install', '--yes', '--no-install-recommends', ...names], options);
  if (status !== 0) process.stderr.write(`${output}\napt-get install ended with status ${status}\n`);
}
