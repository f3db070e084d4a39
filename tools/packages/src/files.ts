import type { Finding } from '@appimage-js/workspace-tool';
import type { Tarball, TarballEntry } from './tarball.ts';

/** What a tarball must not carry: sources, tests and configurations. */
const UNWANTED = /^(src|test|native|reports|node_modules)\/|\.(test|config)\.|(?<!\.d)\.ts$|(^|\/)tsconfig/;

const ELF_MAGIC = Buffer.from('\x7fELF', 'latin1');

/** The files of a tarball are those that its users need, with the modes that they need. */
export function checkFiles({
  workspacePackage,
  entries,
  manifest,
}: Pick<Tarball, 'workspacePackage' | 'entries' | 'manifest'>): Finding[] {
  const where = workspacePackage.path;
  const paths = entries.map(({ path }) => path);
  const commands = Object.values(manifest.bin ?? {}).map((path) => path.replace(/^\.\//, ''));

  const missing = ['README.md', 'LICENSE', ...commands].filter((path) => !paths.includes(path));
  const unwanted = paths.filter((path) => UNWANTED.test(path));
  const isProgram = ({ path, content }: TarballEntry): boolean =>
    commands.includes(path) || content.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC);
  const powerless = entries.filter((entry) => isProgram(entry) && (entry.mode & 0o111) !== 0o111);

  return [
    ...missing.map((path) => ({ where, message: `the tarball needs ${path}, found none` })),
    ...unwanted.map((path) => ({ where, message: `the tarball must not carry ${path}` })),
    ...powerless.map(({ path, mode }) => ({
      where,
      message: `${path} must be executable, found mode ${mode.toString(8)}; see publishConfig.executableFiles`,
    })),
  ];
}
