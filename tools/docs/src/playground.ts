import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Finding, WorkspacePackage } from '@appimage-js/workspace-tool';
import ts from 'typescript';

/** A piece of code out of a document, and where it stands there. */
export interface Snippet {
  readonly where: string;
  readonly code: string;
}

/** A folder outside of the checkout, in which the packages of the workspace are installed. */
export interface Playground {
  /** What the compiler says about the snippets, each a module of its own. */
  typeCheck(snippets: readonly Snippet[]): Finding[];
  /** Which snippets do not run to their end. */
  run(snippets: readonly Snippet[]): Promise<Finding[]>;
}

/** Longest time in milliseconds that an example may take. */
const TIMEOUT = 30_000;

/** Makes a playground, hands it to `work` and removes it. */
export async function withPlayground<Result>(
  root: string,
  packages: readonly WorkspacePackage[],
  work: (playground: Playground) => Promise<Result>,
): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'appimage-js-docs-')));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    cpSync(join(import.meta.dirname, '../assets'), folder, { recursive: true });
    for (const { folder: target, manifest } of packages) {
      const link = join(folder, 'node_modules', manifest.name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(target, link);
    }
    return await work({
      typeCheck: (snippets) => typeCheck(root, folder, snippets),
      run: async (snippets) => {
        const findings: Finding[] = [];
        for (const snippet of snippets) findings.push(...(await run(folder, snippet)));
        return findings;
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function typeCheck(root: string, folder: string, snippets: readonly Snippet[]): Finding[] {
  const files = new Map(snippets.map((snippet, index) => [write(folder, `snippet-${index}.ts`, snippet), snippet]));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // A document may show a value without using it.
  Object.assign(options, { noUnusedLocals: false, typeRoots: [join(root, 'node_modules/@types')] });
  const program = ts.createProgram([...files.keys()], options);
  return [...files].flatMap(([file, { where }]) =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
      ...program.getSemanticDiagnostics(program.getSourceFile(file)),
    ].map(({ messageText, start = 0, file: source }) => {
      const line = source === undefined ? 0 : source.getLineAndCharacterOfPosition(start).line + 1;
      return { where, message: `line ${line} of the code: ${ts.flattenDiagnosticMessageText(messageText, ' ')}` };
    }),
  );
}

async function run(folder: string, snippet: Snippet): Promise<Finding[]> {
  const file = write(folder, 'example.ts', snippet);
  try {
    await promisify(execFile)(process.execPath, ['--conditions=@appimage-js/source', basename(file)], {
      cwd: folder,
      timeout: TIMEOUT,
    });
    return [];
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return [{ where: snippet.where, message: `the example does not run: ${stderr || message}` }];
  }
}

function write(folder: string, name: string, { code }: Snippet): string {
  const file = join(folder, name);
  // An example without an import or export of its own is a module all the same.
  writeFileSync(file, `${code}\nexport {};\n`);
  return file;
}
