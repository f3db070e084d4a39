/*
 * Where the dynamic loader of glibc is, by architecture: a part of each processor's ABI, and the same in every distribution but
 * NixOS, GNU Guix and those with another C library. glibc, `shlib-versions` and "ABI List":
 * https://sourceware.org/glibc/wiki/ABIList.
 */

/** The path that programs of an architecture ask for, in the spelling of AppImage file names. */
export const LOADERS: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-x86-64.so.2'],
  i686: ['/lib/ld-linux.so.2'],
  x32: ['/libx32/ld-linux-x32.so.2'],
  aarch64: ['/lib/ld-linux-aarch64.so.1'],
  armhf: ['/lib/ld-linux-armhf.so.3'],
  armel: ['/lib/ld-linux.so.3'],
  riscv64: ['/lib/ld-linux-riscv64-lp64d.so.1', '/lib/ld-linux-riscv64-lp64.so.1'],
  loongarch64: ['/lib64/ld-linux-loongarch-lp64d.so.1'],
  ppc64le: ['/lib64/ld64.so.2'],
  ppc64: ['/lib64/ld64.so.1'],
  s390x: ['/lib/ld64.so.1'],
};
