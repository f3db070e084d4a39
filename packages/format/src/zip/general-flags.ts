/** Bits of `general purpose bit flag`, in local and central headers. APPNOTE.TXT 6.3.10, section 4.4.4. */
export const ZipFlag = {
  encrypted: 0x0001,
  /** Checksum and sizes follow the data, in a descriptor, and are zero in the local header. */
  dataDescriptor: 0x0008,
  patchData: 0x0020,
  strongEncryption: 0x0040,
  utf8: 0x0800,
  maskedHeader: 0x2000,
} as const;

/** Compression methods that are read; `deflated` is a raw stream, without zlib's header. Section 4.4.5. */
export const ZipMethod = { stored: 0, deflated: 8 } as const;
