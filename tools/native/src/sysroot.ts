import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Architecture, hostArchitecture } from './architectures.ts';
import { MissingToolchain } from './missing-toolchain.ts';
import { run } from './run.ts';

/** One folder for each foreign architecture, laid out as that machine's own root would be. */
const sysroots = fileURLToPath(new URL('../../../.toolchain/sysroot/', import.meta.url));

/** What the runtime is compiled and linked with; the compiler's run-time functions are in the package of its version. */
const PACKAGES = ['libdeflate-dev', 'liblzma-dev', 'libzstd-dev', 'linux-libc-dev', 'musl-dev'];

/** Says which packages are in a sysroot: one "name version" a line. */
const MANIFEST = 'packages.txt';

/** The root folder below which Debian's packages for an architecture are: the machine's own one for its own. */
export function sysrootOf(architecture: Architecture): string {
  return architecture === hostArchitecture() ? '/' : join(sysroots, architecture.name);
}

/**
 * Unpacks Debian's packages for a foreign architecture into its sysroot. Nothing is installed and no setting of the machine
 * changes: apt keeps lists and packages in a folder of ours, with the machine's own sources, and checks their signatures.
 *
 * @param compiler the first part of the compiler's version, such as "14"
 * @throws MissingToolchain that says what could not be fetched
 */
export async function fetchSysroot(architecture: Architecture, compiler: string): Promise<void> {
  mkdirSync(sysroots, { recursive: true });
  const draft = mkdtempSync(join(sysroots, 'draft-'));
  try {
    const archives = await download([...PACKAGES, `libclang-rt-${compiler}-dev`], architecture, draft);
    const root = join(draft, 'root');
    mkdirSync(root);
    for (const archive of archives) await run('dpkg-deb', ['-x', join(draft, archive), root]);
    writeFileSync(join(root, MANIFEST), `${archives.map(describe).sort().join('\n')}\n`);
    rmSync(join(sysroots, architecture.name), { recursive: true, force: true });
    renameSync(root, join(sysroots, architecture.name));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const [firstLine] = detail.split('\n');
    throw new MissingToolchain(
      `Cannot build the runtime for ${architecture.name}: fetching its libraries by apt-get failed: ${firstLine}`,
      { cause: error },
    );
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Downloads packages into a folder. Returns the names of the files. */
async function download(packages: readonly string[], { debian }: Architecture, folder: string): Promise<string[]> {
  const state = join(folder, 'apt');
  for (const path of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(state, path), { recursive: true });
  writeFileSync(join(state, 'status'), '');
  const settings = {
    'APT::Architecture': debian,
    'APT::Architectures::': debian,
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Dir::Cache': join(state, 'cache'),
    'Dir::State::lists': join(state, 'lists'),
    'Dir::State::status': join(state, 'status'),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  // Sources that have nothing for this architecture are no failure as long as the packages are found in others.
  const failure = await run('apt-get', [...options, 'update']).then(
    () => '',
    (error: unknown) => `; ${error instanceof Error ? error.message : String(error)}`,
  );
  await run('apt-get', [...options, 'download', ...packages], { folder }).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}${failure}`, { cause: error });
  });
  return globSync('*.deb', { cwd: folder });
}

/** "musl-dev_1.2.3-1_arm64.deb" is version 1.2.3-1 of musl-dev; a colon in the version is written as "%3a". */
function describe(archive: string): string {
  const [name = '', version = ''] = archive.split('_');
  return `${name} ${decodeURIComponent(version)}`;
}
