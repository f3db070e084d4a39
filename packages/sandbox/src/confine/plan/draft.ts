import { AppImageError } from '@appimage-js/format';
import type { FileArgument } from '../../mechanism/confinement.ts';
import type { BusProxyPlan, NestedServerPlan, Refusal } from './confinement-plan.ts';

/** A plan while it is made: what the parts of the recipe add to. */
export class Draft {
  readonly arguments: (string | FileArgument)[] = [];
  readonly files: Record<string, string | Uint8Array> = {};
  readonly descriptors: Record<string, string> = {};
  readonly environment: Record<string, string> = {};
  readonly proxies: BusProxyPlan[] = [];
  /** Folders of the host that are made before the start. */
  readonly created: string[] = [];
  nestedServer: NestedServerPlan | undefined;
  readonly missing: string[] = [];
  readonly notes: string[] = [];
  readonly refused: Refusal[] = [];

  add(...words: string[]): void {
    for (const word of words) {
      if (word.includes('\0')) throw new AppImageError('malformed', 'Cannot confine: an argument has a zero byte');
    }
    this.arguments.push(...words);
  }

  readOnly(source: string, destination: string = source): void {
    this.add('--ro-bind', source, destination);
  }

  writable(source: string, destination: string = source): void {
    this.add('--bind', source, destination);
  }

  /** Binds what is opened before the start, so that nobody can put something else into its place meanwhile. */
  byDescriptor(access: 'read' | 'write', source: string, destination: string): void {
    const file = `place ${destination}`;
    this.descriptors[file] = source;
    this.arguments.push(access === 'read' ? '--ro-bind-fd' : '--bind-fd', { file }, destination);
  }

  /** A file with this content, which the inside can not change. */
  data(destination: string, content: string | Uint8Array): void {
    this.files[destination] = content;
    this.arguments.push('--perms', '0444', '--ro-bind-data', { file: destination }, destination);
  }
}
