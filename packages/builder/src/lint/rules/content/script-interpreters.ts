import type { Check, Report } from '../../check.ts';
import { isBuildPlace } from '../../data/build-places.ts';
import type { Rule } from '../../rule.ts';
import { THE_PAYLOAD_APPLICATION } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';
import type { VisitedFile } from '../../subject/visited-file.ts';

const SOURCE = {
  name: 'execve(2), "Interpreter scripts"',
  url: 'https://man7.org/linux/man-pages/man2/execve.2.html',
};

const INTERPRETER_MISSING: Rule = {
  id: 'script-interpreter-missing',
  severity: 'error',
  summary: 'Scripts name an interpreter that is there',
  source: SOURCE,
  remedy: 'Begin the script with #!/usr/bin/env and the name of the interpreter, or start it by one that is inside',
  profiles: ['recommended', 'appimagehub'],
};

const CARRIAGE_RETURN: Rule = {
  id: 'script-carriage-return',
  severity: 'error',
  summary: 'The first line of scripts ends as Linux wants it',
  source: SOURCE,
  remedy: 'Save the file with LF line ends (dos2unix)',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const INTERPRETER_OF_HOST: Rule = {
  id: 'script-needs-host',
  severity: 'note',
  summary: 'Commands are scripts only for interpreters that every system has, or that are inside',
  source: THE_PAYLOAD_APPLICATION,
  remedy: 'Put the interpreter inside and start the script by it',
  profiles: ['recommended'],
};

/** POSIX demands a shell, and desktops have these besides. */
const EVERYWHERE = /^(?:sh|bash|dash|env|awk|sed|true|false|cat)$/;
const SYSTEM_FOLDER = /^\/(?:usr\/)?bin\/([^/]+)$/;
const COMMANDS = /^(?:AppRun|(?:usr\/)?s?bin\/[^/]+)$/;

/** Linux reads no more of a file to find out how to run it. */
const MAXIMUM_LINE = 256;

/** What scripts are to be run by. */
export const scriptInterpreterCheck: Check = {
  rules: [INTERPRETER_MISSING, CARRIAGE_RETURN, INTERPRETER_OF_HOST],
  visit(subject, report) {
    return {
      async file(file) {
        const line = firstLine(file);
        if (line === undefined) return;
        const [interpreter = '', argument = ''] = line.trim().split(/[ \t]+/);
        if (line.endsWith('\r')) {
          const message = 'expected a line feed alone at the end of the first line, found a carriage return before it';
          report(CARRIAGE_RETURN, { path: file.path, line: 1, message });
        }
        await judge({ path: file.path, interpreter, argument }, subject, report);
      },
    };
  },
};

/** What follows `#!` in a file that can be executed. */
function firstLine({ head, entry }: VisitedFile): string | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21 || (entry.stat.mode & 0o111) === 0) return undefined;
  const start = new TextDecoder('latin1').decode(head.subarray(2, MAXIMUM_LINE));
  return start.split('\n', 1)[0];
}

interface FirstLine {
  readonly path: string;
  readonly interpreter: string;
  readonly argument: string;
}

async function judge({ path, interpreter, argument }: FirstLine, subject: Subject, report: Report): Promise<void> {
  if (interpreter.startsWith('/nix/store/') && (await subject.resolve(interpreter)) !== undefined) return;
  const isCommand = COMMANDS.test(path);
  const severity = isCommand ? {} : ({ severity: 'note' } as const);
  if (isBuildPlace(interpreter)) {
    const message = `expected an interpreter that every system has, found ${JSON.stringify(interpreter)}, of the machine that built it`;
    report(INTERPRETER_MISSING, { path, line: 1, message, ...severity });
    return;
  }
  const ofSystem = SYSTEM_FOLDER.exec(interpreter)?.[1];
  if (interpreter.startsWith('/') && ofSystem === undefined && !interpreter.startsWith('/usr/')) {
    const isInside = (await subject.resolve(interpreter)) !== undefined;
    const where = isInside ? 'which is inside, but not there' : 'where no system has one';
    report(INTERPRETER_MISSING, {
      path,
      line: 1,
      message: `expected an interpreter that every system has, found ${JSON.stringify(interpreter)}, ${where}`,
      ...severity,
    });
    return;
  }
  const name = ofSystem === 'env' ? argument : (ofSystem ?? interpreter.slice(interpreter.lastIndexOf('/') + 1));
  if (!isCommand || EVERYWHERE.test(name) || name === '' || name.startsWith('-')) return;
  const isInside = (await subject.resolve(`usr/bin/${name}`)) !== undefined;
  if (isInside && ofSystem === 'env') return;
  const found = isInside ? `${interpreter} of the system, although there is one inside` : `${name} of the system`;
  report(INTERPRETER_OF_HOST, {
    path,
    line: 1,
    message: `expected an interpreter that is inside or on every system, found ${found}`,
  });
}
