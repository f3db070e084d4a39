import type { Rule } from '../../rule.ts';
import { type ElfFacts, nameOf } from './elf-facts.ts';
import type { ProgramRules } from './program-rules.ts';

const PROGRAM_NOT_EXECUTABLE: Rule = {
  id: 'program-not-executable',
  severity: 'warning',
  summary: 'Programs have the permission to be executed',
  source: { name: 'execve(2), EACCES', url: 'https://man7.org/linux/man-pages/man2/execve.2.html' },
  remedy: 'Set the permission (chmod +x)',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const EXECUTABLE_STACK: Rule = {
  id: 'executable-stack',
  severity: 'warning',
  summary: 'No library asks for a stack that can be executed',
  source: {
    name: 'glibc, NEWS for version 2.41: dlopen refuses such libraries',
    url: 'https://sourceware.org/git/?p=glibc.git;a=blob;f=NEWS;hb=refs/heads/master',
  },
  remedy: 'Link with -z noexecstack, or take the flag away with patchelf --clear-execstack',
  profiles: ['recommended'],
};

const TEXT_RELOCATIONS: Rule = {
  id: 'text-relocations',
  severity: 'note',
  summary: 'Code is not written to when it is loaded',
  source: { name: 'System V gABI, "Dynamic Section", DT_TEXTREL', url: 'https://gabi.xinuos.com/elf/08-dynamic.html' },
  remedy: 'Compile all parts with -fPIC: SELinux refuses what must write to its own code',
  profiles: ['recommended'],
};

const DEBUG_INFORMATION: Rule = {
  id: 'debug-information',
  severity: 'note',
  summary: 'Programs and libraries are without debug information',
  source: { name: 'linuxdeploy strips what it deploys', url: 'https://github.com/linuxdeploy/linuxdeploy' },
  remedy: 'Run strip --strip-debug on them, but not on programs with data of their own behind their end',
  profiles: ['recommended'],
};

/** Less is not worth a word. */
const NOTABLE_DEBUG_BYTES = 262_144;

/** What is to be said of single files. */
export const filePropertyRules: ProgramRules = {
  rules: [PROGRAM_NOT_EXECUTABLE, EXECUTABLE_STACK, TEXT_RELOCATIONS, DEBUG_INFORMATION],
  check({ files, architectures }, report) {
    for (const file of files) {
      const { path } = file;
      if (!architectures.has(file.architecture)) continue;
      if (isStarted(file) && (file.entry.stat.mode & 0o111) === 0) {
        const mode = file.entry.stat.mode.toString(8).padStart(4, '0');
        report(PROGRAM_NOT_EXECUTABLE, { path, message: `expected a mode that allows execution, found ${mode}` });
      }
      if (file.kind === 'library' && file.dynamic !== null && file.executableStack) {
        report(EXECUTABLE_STACK, {
          path,
          message: 'expected a stack without execution, found that the library asks for it',
        });
      }
      if (file.dynamic?.textRelocations === true && (file.kind === 'library' || file.kind === 'program')) {
        report(TEXT_RELOCATIONS, { path, message: 'expected code that stays as it is, found relocations in it' });
      }
    }
    reportDebug(files, report);
  },
};

/** Without a dynamic loader or a C library an ELF file may be anything, such as a module of a kernel or firmware. */
function isStarted({ kind, interpreter, path }: ElfFacts): boolean {
  return kind === 'program' && interpreter !== null && !/\.(?:so|node|debug)(?:\.|$)/.test(nameOf(path));
}

function reportDebug(files: readonly ElfFacts[], report: Parameters<ProgramRules['check']>[1]): void {
  const withDebug = files
    .filter(({ kind, debugBytes }) => kind !== 'object' && kind !== 'core' && debugBytes > 0)
    .toSorted((left, right) => right.debugBytes - left.debugBytes);
  const bytes = withDebug.reduce((sum, { debugBytes }) => sum + debugBytes, 0);
  const [largest] = withDebug;
  if (largest === undefined || bytes < NOTABLE_DEBUG_BYTES) return;
  const more = withDebug.length === 1 ? '' : ` in ${withDebug.length} files, the most in this one`;
  report(DEBUG_INFORMATION, {
    path: largest.path,
    message: `expected no debug information, found ${bytes} bytes of it${more}`,
  });
}
