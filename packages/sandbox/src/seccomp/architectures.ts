/** An architecture that a filter can be made for, in the spelling of AppImage file names. */
export type FilteredArchitecture = 'x86_64' | 'i686' | 'aarch64' | 'armhf';

/** What a filter has to know about one. */
export interface FilteredMachine {
  /** `AUDIT_ARCH_…` of the kernel's audit.h: by it, the kernel tells a filter whose call it is. */
  readonly audit: number;
  /** The older architecture whose programs the processor runs as well. */
  readonly older: FilteredArchitecture | undefined;
  /** Numbers with this bit are the same calls by another interface, which no program of today has (x32). */
  readonly aliasBit: number | undefined;
}

/** Machines of AUDIT_ARCH_…: the ELF number, and bits for 64 bits and little-endian. */
export const FILTERED_MACHINES: Readonly<Record<FilteredArchitecture, FilteredMachine>> = {
  x86_64: { audit: 0xc000003e, older: 'i686', aliasBit: 0x40000000 },
  i686: { audit: 0x40000003, older: undefined, aliasBit: undefined },
  aarch64: { audit: 0xc00000b7, older: 'armhf', aliasBit: undefined },
  armhf: { audit: 0x40000028, older: undefined, aliasBit: undefined },
};
