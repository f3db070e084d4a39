import type { Rule } from '../../rule.ts';

export const ELF_DAMAGED: Rule = {
  id: 'elf-damaged',
  severity: 'warning',
  summary: 'Programs and libraries can be read to their end',
  source: { name: 'System V gABI, "Object Files"', url: 'https://gabi.xinuos.com/elf/' },
  remedy: 'Copy the file again: it is cut off, or strip or patchelf have damaged it',
  profiles: ['recommended'],
};
