import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Finding, WorkspacePackage } from '@appimage-js/workspace-tool';
import ts from 'typescript';
import type { Snippet } from './playground.ts';

/** The export condition under which a package offers its sources. */
const SOURCE = '@appimage-js/source';

/** What an entry point says about itself. */
export interface EntryPoint {
  readonly file: string;
  readonly examples: readonly Snippet[];
  readonly findings: readonly Finding[];
}

/** The entry points of a package, from the sources that its `exports` name; what it lends to others' tests is none. */
export function readEntryPoints(root: string, { folder, manifest }: WorkspacePackage): EntryPoint[] {
  const targets = typeof manifest.exports === 'object' ? Object.entries(manifest.exports) : [];
  return targets
    .filter(([name]) => !name.startsWith('./test/'))
    .flatMap(([, target]) =>
      typeof target === 'object' && target[SOURCE] !== undefined ? [join(folder, target[SOURCE])] : [],
    )
    .filter((path) => existsSync(path))
    .map((path) => readEntryPoint(root, path));
}

function readEntryPoint(root: string, path: string): EntryPoint {
  const file = relative(root, path);
  const program = ts.createProgram([path], {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: [SOURCE],
    allowImportingTsExtensions: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) return { file, examples: [], findings: [] };

  const symbols = checker.getExportsOfModule(module).map((symbol) => resolveAlias(symbol, checker));
  const findings = symbols
    .filter((symbol) => symbol.getDocumentationComment(checker).length === 0)
    .map((symbol) => ({
      where: whereOf(symbol, root) ?? file,
      message: `${symbol.name} is exported, but has no docstring`,
    }));

  const ofSymbols = symbols.flatMap((symbol) => symbolExamples(symbol, root, file));
  // The first comment of a file may belong to its first symbol.
  const ofPage = pageExamples(source, file).filter(({ code }) => ofSymbols.every((example) => example.code !== code));
  const examples = [...ofPage, ...ofSymbols];
  if (symbols.length > 0 && examples.length === 0) {
    findings.push({ where: file, message: 'an entry point needs an @example, found none' });
  }
  return { file, examples, findings };
}

function resolveAlias(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function symbolExamples(symbol: ts.Symbol, root: string, file: string): Snippet[] {
  return symbol
    .getJsDocTags()
    .filter(({ name }) => name === 'example')
    .map(({ text }) => ({
      where: `${whereOf(symbol, root) ?? file} ${symbol.name}`,
      code: unfence(ts.displayPartsToString(text)),
    }));
}

/** The examples in the comment that heads the file of the entry point. */
function pageExamples(source: ts.SourceFile, file: string): Snippet[] {
  const [, comment] = source.text.match(/^\s*\/\*\*(.*?)\*\//s) ?? [];
  const text = comment?.replace(/^\s*\* ?/gm, '') ?? '';
  const [, ...examples] = text.split(/^@example\b/m);
  return examples.map((example) => ({ where: file, code: unfence(example.split(/^@\w/m, 1)[0] ?? '') }));
}

/** The code between the first pair of fences, or all of it where there are none. */
function unfence(text: string): string {
  return text.match(/```\w*\n(.*?)```/s)?.[1] ?? text;
}

function whereOf(symbol: ts.Symbol, root: string): string | undefined {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) return undefined;
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart());
  return `${relative(root, source.fileName)}:${line + 1}`;
}
