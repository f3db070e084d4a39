import { type BinfmtRegistration, requiredByte } from './registration.ts';

/** The name by which the program knows what it is started for. */
const INTERPRETER_NAME = 'appimage-js-interpreter';
/** Where the program lies, for every user of the machine. */
const INTERPRETER_FOLDER = '/usr/local/lib/appimage-js';
export const INTERPRETER_PATH: string = `${INTERPRETER_FOLDER}/${INTERPRETER_NAME}`;

/** Where an ELF file says that it is an AppImage: "AI" and the type. AppImage specification, "Type 1" and "Type 2 image format". */
const MAGIC_AT = 8;
const ELF = [0x7f, 0x45, 0x4c, 0x46];
const TYPES = [1, 2] as const;

/**
 * The registrations of AppImages of type 1 and 2, for programs of whatever machine. The program is opened when it is registered, so that it
 * is there in containers too, and is given what was typed, which applications may go by.
 */
export function appImageRegistrations(): BinfmtRegistration[] {
  return TYPES.map((type) => ({
    name: `appimage-js-type${type}`,
    offset: 0,
    magic: Uint8Array.from([...ELF, 0, 0, 0, 0, 0x41, 0x49, type]),
    mask: Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff]),
    interpreter: INTERPRETER_PATH,
    flags: 'PF',
  }));
}

/** Whether a registration is one of AppImages: it asks for their magic. */
export function takesAppImages(registration: BinfmtRegistration): boolean {
  const [first, second, type] = [0, 1, 2].map((index) => requiredByte(registration, MAGIC_AT + index));
  return first === 0x41 && second === 0x49 && TYPES.some((each) => each === type);
}

/**
 * The program that is registered: the runtime of an AppImage without what says that it is one. With it, the kernel would start the program
 * by the program, and that one by the program again.
 *
 * @throws RangeError for what is no ELF file
 */
export function interpreterOf(runtime: Uint8Array): Uint8Array {
  if (!ELF.every((byte, index) => runtime[index] === byte)) throw new RangeError('The runtime must be an ELF file');
  const program = runtime.slice();
  program.fill(0, MAGIC_AT, MAGIC_AT + 3);
  return program;
}
