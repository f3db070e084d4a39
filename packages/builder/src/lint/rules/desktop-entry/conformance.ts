import { type DesktopEntryFlaw, validateDesktopEntry } from '@appimage-js/format';
import type { Check } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { DESKTOP_ENTRY, MENU } from '../../sources.ts';
import type { DesktopFile } from '../../subject/desktop-files.ts';

const INVALID: Rule = {
  id: 'desktop-entry-invalid',
  severity: 'error',
  summary: 'Desktop entries conform to the specification, as desktop-file-validate judges it',
  source: DESKTOP_ENTRY,
  remedy: 'Correct the line',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const DISCOURAGED: Rule = {
  id: 'desktop-entry-discouraged',
  severity: 'warning',
  summary: 'Desktop entries have nothing that is deprecated or read differently by different desktops',
  source: DESKTOP_ENTRY,
  remedy: 'Correct the line',
  profiles: ['recommended', 'spec'],
};

const HINT: Rule = {
  id: 'desktop-entry-hint',
  severity: 'note',
  summary: 'Categories bring the application into one section of the menu',
  source: MENU,
  remedy: 'Name one main category, and what belongs beside the others',
  profiles: [],
};

const RULES = { error: INVALID, warning: DISCOURAGED, note: HINT } as const;

/** Every desktop entry; those that only lie in the menu's folder are read by nobody who does not look for them. */
export const conformanceCheck: Check = {
  rules: [INVALID, DISCOURAGED, HINT],
  async inspect(subject, report) {
    const seen = new Set<string>();
    for (const desktop of await subject.desktopFiles()) {
      const { file, path, isInRoot } = desktop;
      if (file === undefined || seen.has(file.path)) continue;
      seen.add(file.path);
      for (const { severity, line, message } of await flawsOf(desktop, await subject.read(file))) {
        const place = line === null ? { path } : { path, line };
        const weight = severity === 'error' && !isInRoot ? { severity: 'warning' as const } : {};
        report(RULES[severity], { ...place, message, ...weight });
      }
    }
  },
};

async function flawsOf({ path }: DesktopFile, bytes: Uint8Array | undefined): Promise<DesktopEntryFlaw[]> {
  if (bytes === undefined) {
    return [{ severity: 'error', line: null, key: null, message: 'expected at most 1 MiB, found more' }];
  }
  const flaws = validateDesktopEntry(bytes, { fileName: path.slice(path.lastIndexOf('/') + 1) });
  return flaws;
}
