import { decodeFileName, type FileEntry } from '@appimage-js/format';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { CONTENTS_OF_IMAGE, THE_APPRUN_FILE, TOOLKIT } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';

const MISSING: Rule = {
  id: 'app-run-missing',
  severity: 'error',
  summary: 'The root has the file AppRun, which starts the application',
  source: CONTENTS_OF_IMAGE,
  remedy: 'Put a program or script named AppRun into the root, or let "appimage build" make one',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const NOT_EXECUTABLE: Rule = {
  id: 'app-run-not-executable',
  severity: 'error',
  summary: 'AppRun may be executed by everybody',
  source: THE_APPRUN_FILE,
  remedy: 'chmod 0755 AppRun, and the file that it links to',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const FORMAT: Rule = {
  id: 'app-run-format',
  severity: 'error',
  summary: 'AppRun is an ELF program or begins with #! and an interpreter',
  source: THE_APPRUN_FILE,
  remedy: 'Begin the script with #!/bin/sh on its first line, ended by a line feed alone',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const INTERPRETER: Rule = {
  id: 'app-run-interpreter',
  severity: 'warning',
  summary: 'The interpreter of AppRun is there on every target system',
  source: THE_APPRUN_FILE,
  remedy: 'Write it for /bin/sh, or start a bundled interpreter from a script for /bin/sh',
  profiles: ['recommended', 'spec'],
};

const SEVERAL_ROOTS: Rule = {
  id: 'app-run-not-in-root',
  severity: 'note',
  summary: 'The AppDir itself is what is packed, not a directory around it',
  source: TOOLKIT,
  remedy: 'Pack the directory that has AppRun in it',
  profiles: ['recommended'],
};

/** What starts the application. */
export const appRunCheck: Check = {
  rules: [MISSING, NOT_EXECUTABLE, FORMAT, INTERPRETER, SEVERAL_ROOTS],
  async inspect(subject, report) {
    const { entries, problems } = await subject.tree();
    if (entries.size === 0 && (problems.length > 0 || subject.image?.problem !== undefined)) return;
    const names = await appRunNames(subject);
    const found = names.filter((name) => entries.has(name));
    if (found.length === 0) tellMissing(subject, entries, report);
    for (const name of found) await checkAppRun(subject, name, report);
  },
};

/** A shImg may have one for each architecture instead. */
async function appRunNames({ image }: Subject): Promise<string[]> {
  const others = image?.type === 'shimg' ? image.architectures.map((each) => `AppRun.${each}`) : [];
  return ['AppRun', ...others, ...(others.includes('AppRun.i686') ? ['AppRun.i386'] : [])];
}

/** What is still a directory may get one when it is built, but not from every builder. */
function tellMissing({ kind }: Subject, entries: ReadonlyMap<string, FileEntry>, report: Report): void {
  const severity = kind === 'app-dir' ? { severity: 'warning' as const } : {};
  report(MISSING, { message: 'expected AppRun in the root, found none', ...severity });
  const nested = [...entries.keys()].find((path) => /^[^/]+\/AppRun$/.test(path));
  if (nested !== undefined)
    report(SEVERAL_ROOTS, { path: nested, message: 'expected AppRun in the root, found it one directory below' });
}

async function checkAppRun(subject: Subject, name: string, report: Report): Promise<void> {
  const file = await subject.resolve(name);
  if (file === undefined) {
    report(MISSING, { path: name, message: 'expected a file, found a symlink that leads nowhere or out of the image' });
    return;
  }
  if (file.stat.type !== 'file') {
    report(MISSING, { path: name, message: `expected a file, found a ${file.stat.type}` });
    return;
  }
  if ((file.stat.mode & 0o111) !== 0o111) {
    const mode = file.stat.mode.toString(8).padStart(4, '0');
    const severity = (file.stat.mode & 0o111) === 0 ? 'error' : 'warning';
    report(NOT_EXECUTABLE, { path: name, severity, message: `expected the mode 0755 or the like, found ${mode}` });
  }
  await checkFormat(subject, { name, file }, report);
}

const HEAD = 4096;

async function checkFormat(
  subject: Subject,
  { name, file }: { readonly name: string; readonly file: FileEntry },
  report: Report,
): Promise<void> {
  const head = decodeFileName(await subject.readStart(file, HEAD));
  if (head.startsWith('\x7fELF')) return;
  const [line = ''] = head.split('\n', 1);
  const [, interpreter, argument] = /^#![ \t]*([^ \t\r]+)(?:[ \t]+([^\r]*?))?[ \t]*\r?$/.exec(line) ?? [];
  if (interpreter === undefined) {
    report(FORMAT, { path: name, message: 'expected an ELF program or a script that begins with #!, found neither' });
  } else if (line.endsWith('\r')) {
    report(FORMAT, {
      path: name,
      line: 1,
      message: 'lines of a script must end with a line feed alone, found a carriage return',
    });
  } else if (!isEverywhere(interpreter, argument)) {
    const found = argument === undefined ? interpreter : `${interpreter} ${argument}`;
    report(INTERPRETER, {
      path: name,
      line: 1,
      message: `expected an interpreter that every system has, such as /bin/sh, found ${JSON.stringify(found)}`,
    });
  }
}

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash']);

/** `/bin/bash` is not on NixOS and others, but `/usr/bin/env bash` mostly finds it. */
function isEverywhere(interpreter: string, argument: string | undefined): boolean {
  if (interpreter === '/usr/bin/env' || interpreter === '/bin/env') {
    return SHELLS.has(argument?.replace(/^-S\s+/, '').split(' ')[0] ?? '');
  }
  return /^\/(?:usr\/)?bin\/(?:sh|bash|dash)$/.test(interpreter);
}
