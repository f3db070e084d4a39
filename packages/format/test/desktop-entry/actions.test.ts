import { describe, expect, test } from 'vitest';
import { getActions, parseDesktopEntry } from '../../src/desktop-entry/index.ts';

describe('getActions', () => {
  test('gives those that are named and described, in the order of the key', () => {
    const entry = parseDesktopEntry(`[Desktop Entry]
Actions=Quit;New;Nowhere;New;
[Desktop Action New]
Name=New
Name[de]=Neu
Icon=document-new
Exec=hello --new
[Desktop Action Quit]
Name=Quit
[Desktop Action Unnamed]
Name=Not in Actions
`);
    expect(getActions(entry, { locale: 'de' })).toEqual([
      { id: 'Quit', group: 'Desktop Action Quit', name: 'Quit', icon: undefined, exec: undefined },
      { id: 'New', group: 'Desktop Action New', name: 'Neu', icon: 'document-new', exec: 'hello --new' },
    ]);
  });

  test('is empty without the key', () => {
    expect(getActions(parseDesktopEntry('[Desktop Entry]\n[Desktop Action New]\n'))).toEqual([]);
  });
});
