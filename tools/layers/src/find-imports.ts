import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { findFiles, type WorkspacePackage } from '@appimage-js/workspace-tool';
import ts from 'typescript';

/** One import, of any spelling: static, dynamic, re-export, type only. */
export interface Import {
  /** The importing file, from the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  /** Whether the file is part of what the package ships, not a test or a configuration. */
  readonly shipped: boolean;
}

/** Every import in the scripts of a package. */
export function findImports(root: string, { folder }: WorkspacePackage): Import[] {
  return findFiles(folder, /\.[cm]?[jt]s$/).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const inPackage = relative(folder, path);
    const shipped = !/^test\/|\.config\.ts$/.test(inPackage);
    return importsOf(text).map(({ specifier, position }) => ({
      file: relative(root, path),
      line: text.slice(0, position).split('\n').length,
      specifier,
      shipped,
    }));
  });
}

/** The specifiers that a script's text imports, with their position in characters. */
export function importsOf(text: string): { specifier: string; position: number }[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName, pos }) => ({ specifier: fileName, position: pos }));
}

/** The package that a bare specifier names: `@scope/name` of `@scope/name/part`; undefined for a relative one. */
export function packageOf(specifier: string): string | undefined {
  return specifier.match(/^(@[^/]+\/[^/]+|[^./@][^/]*)/)?.[1];
}
