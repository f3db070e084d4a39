import { type FileEntry, isAppImageError, readElf } from '@appimage-js/format';
import type { Check, FileVisitor, Report } from '../../check.ts';
import type { Subject } from '../../subject/subject.ts';
import type { VisitedFile } from '../../subject/visited-file.ts';
import { bundledLibraryRules } from './bundled-libraries.ts';
import { ELF_DAMAGED } from './damaged.ts';
import { type ElfFacts, readElfFacts } from './elf-facts.ts';
import { filePropertyRules } from './file-properties.ts';
import type { Script } from './library-path.ts';
import { loaderRules } from './loader.ts';
import { neededLibraryRules } from './needed-libraries.ts';
import type { ProgramRules } from './program-rules.ts';
import { connectPrograms } from './programs.ts';
import { searchPathRules } from './search-path-rules.ts';
import { findRelease, symbolVersionRules } from './symbol-versions.ts';

const RULES: readonly ProgramRules[] = [
  loaderRules,
  neededLibraryRules,
  symbolVersionRules,
  bundledLibraryRules,
  searchPathRules,
  filePropertyRules,
];

/** One check for all rules on ELF files: they need to know of each other. */
const programCheck: Check = {
  rules: [...RULES.flatMap(({ rules }) => rules), ELF_DAMAGED],
  visit(subject, report) {
    if (subject.settings.oldest !== undefined) findRelease(subject.settings.oldest);
    return collectPrograms(subject, report);
  },
};

export const programChecks: readonly Check[] = [programCheck];

/** Longer scripts are programs of their own kind. */
const MAXIMUM_SCRIPT = 65_536;
/** So many scripts that set `LD_LIBRARY_PATH` are understood. */
const MAXIMUM_SCRIPTS = 256;

function collectPrograms(subject: Subject, report: Report): FileVisitor {
  const files: ElfFacts[] = [];
  const scripts: Script[] = [];
  const links: FileEntry[] = [];
  const hardLinks = new Map<number, string[]>();
  return {
    entry(entry) {
      const { type, links: count, inode } = entry.stat;
      if (type === 'symlink' && /\.so(?:\.|$)/.test(entry.path)) links.push(entry);
      if (type !== 'file' || count <= 1) return;
      const names = hardLinks.get(inode) ?? [];
      names.push(entry.path);
      hardLinks.set(inode, names);
    },
    async file(file) {
      if (isElf(file)) {
        const facts = await factsOf(file, subject);
        if (typeof facts !== 'string') files.push(facts);
        else report(ELF_DAMAGED, { path: file.path, message: facts });
        return;
      }
      const isScript = file.head[0] === 0x23 && file.head[1] === 0x21; // "#!"
      if (!isScript || scripts.length === MAXIMUM_SCRIPTS) return;
      const text = await file.text(MAXIMUM_SCRIPT);
      if (text?.includes('LD_LIBRARY_PATH')) scripts.push({ path: file.path, text });
    },
    async finish() {
      const programs = await connectPrograms(subject, { files, scripts, links, hardLinks });
      for (const { check } of RULES) await check(programs, report);
    },
  };
}

function isElf({ head }: VisitedFile): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** The facts, or what is wrong with the file. */
async function factsOf(file: VisitedFile, { signal }: Subject): Promise<ElfFacts | string> {
  const elf = await file.elf();
  if (elf !== undefined) return readElfFacts(file, elf, signal);
  try {
    await readElf(file.source, { signal }); // which says why it can not be read
    return 'Cannot read ELF: it can be read only at times';
  } catch (error) {
    if (isAppImageError(error) && error.code !== 'io') return error.message;
    throw error;
  }
}
