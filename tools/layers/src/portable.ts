import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import type { Finding, WorkspacePackage } from '@appimage-js/workspace-tool';
import ts from 'typescript';
import { importsOf } from './find-imports.ts';

/** What the root export of a package reaches runs in a browser: it uses neither a module nor a global of Node. */
export function checkPortable(root: string, { folder }: WorkspacePackage): Finding[] {
  const entry = join(folder, 'src/index.ts');
  if (!existsSync(entry)) return [];
  const files = [...reach(entry)];
  return [...files.flatMap((file) => nodeModules(root, file)), ...nodeGlobals(root, entry, new Set(files))];
}

/** The files that `entry` reaches by relative imports, itself first. */
function reach(entry: string): Set<string> {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const { specifier } of importsOf(readFileSync(file, 'utf8'))) {
      const target = resolve(file, '..', specifier);
      if (specifier.startsWith('.') && existsSync(target)) reached.add(target);
    }
  }
  return reached;
}

function nodeModules(root: string, file: string): Finding[] {
  const text = readFileSync(file, 'utf8');
  return importsOf(text)
    .filter(({ specifier }) => isBuiltin(specifier))
    .map(({ specifier, position }) => ({
      where: `${relative(root, file)}:${text.slice(0, position).split('\n').length}`,
      message: `the root export reaches this file, so it must not import ${specifier}`,
    }));
}

/** Names such as `Buffer` and `process` do not resolve where only the browser's types are known. */
function nodeGlobals(root: string, entry: string, files: ReadonlySet<string>): Finding[] {
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  });
  return program
    .getSourceFiles()
    .filter((source) => files.has(source.fileName))
    .flatMap((source) => program.getSemanticDiagnostics(source).filter(isUnknownName).map(toFinding));

  function toFinding({ file: source, start = 0, messageText }: ts.Diagnostic): Finding {
    const line = source === undefined ? 0 : source.getLineAndCharacterOfPosition(start).line + 1;
    const text = ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\. .*/, '');
    return {
      where: `${relative(root, source?.fileName ?? entry)}:${line}`,
      message: `the root export runs in a browser: ${text}`,
    };
  }
}

/** The compiler's "Cannot find name" and "Cannot find namespace"; unknown modules have the same codes, but are quoted. */
function isUnknownName({ code, file, start = 0 }: ts.Diagnostic): boolean {
  return [2304, 2503, 2580, 2591].includes(code) && !/['"]/.test(file?.text[start] ?? '');
}
