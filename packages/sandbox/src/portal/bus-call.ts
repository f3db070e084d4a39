/*
 * One call of a method without arguments on a message bus, and its answer: https://dbus.freedesktop.org/doc/dbus-specification.html,
 * little-endian. Enough to ask a portal something at a start, without a library for all the rest.
 */
import { connect, type Socket } from 'node:net';
import { AppImageError, isAppImageError } from '@appimage-js/format';
import { busSocket } from './bus-address.ts';

/** Which method of whom. */
export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

/** An answer: the signature of its values, and the bytes in which they are. */
export interface BusAnswer {
  readonly signature: string;
  readonly body: Uint8Array;
}

const HELLO: BusCall = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
};

const TYPE = { call: 1, answer: 2, error: 3 } as const;
const FIELD = { path: 1, interface: 2, member: 3, replySerial: 5, destination: 6, signature: 8 } as const;
const HEADER_SIZE = 16;
const MAX_MESSAGE = 1_048_576;
const CALL_SERIAL = 2;

/**
 * Calls a method of a service, which the bus starts if need be, and waits for its answer.
 *
 * @throws AppImageError `io` when the bus can not be reached, `unsupported` when the service is not there or refuses, `malformed`
 *   for an answer that is none
 */
export async function callBus(address: string, call: BusCall, signal: AbortSignal): Promise<BusAnswer> {
  const socket = connect(busSocket(address));
  try {
    return await converse(socket, call, signal);
  } catch (cause) {
    throw isAppImageError(cause) ? cause : unreachable(call, cause);
  } finally {
    socket.destroy();
  }
}

async function converse(socket: Socket, call: BusCall, signal: AbortSignal): Promise<BusAnswer> {
  const incoming = new Incoming(socket, signal);
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
  const line = await incoming.line();
  if (!line.startsWith('OK ')) throw refusal(call, line);
  socket.write('BEGIN\r\n');
  socket.write(encodeCall(HELLO, 1));
  socket.write(encodeCall(call, CALL_SERIAL));
  while (true) {
    const message = parseMessage(await incoming.message());
    if (message.replySerial !== CALL_SERIAL) continue;
    if (message.type === TYPE.error) throw refusal(call, new TextDecoder().decode(message.body.subarray(4)));
    return { signature: message.signature, body: message.body };
  }
}

function unreachable({ destination }: BusCall, cause: unknown): AppImageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppImageError('io', `Cannot ask ${destination}: ${reason}`, { cause });
}

function refusal({ destination, member }: BusCall, found: string): AppImageError {
  const text = found.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
  return new AppImageError('unsupported', `Cannot ask ${destination} for ${member}: ${text}`);
}

function encodeCall({ destination, path, interface: name, member }: BusCall, serial: number): Uint8Array {
  const fields = new ByteWriter();
  fields.field(FIELD.path, 'o', path);
  fields.field(FIELD.interface, 's', name);
  fields.field(FIELD.member, 's', member);
  fields.field(FIELD.destination, 's', destination);
  const message = new ByteWriter();
  message.bytes('l'.charCodeAt(0), TYPE.call, 0, 1); // little-endian, type, flags, protocol
  message.uint32(0); // length of the body
  message.uint32(serial);
  message.uint32(fields.length);
  message.append(fields);
  message.pad(8);
  return message.toBytes();
}

interface Message {
  readonly type: number;
  readonly replySerial: number | undefined;
  readonly signature: string;
  readonly body: Uint8Array;
}

/** Takes a whole message apart; only the header's fields of one number or one text are looked at. */
function parseMessage(bytes: Uint8Array): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fieldsEnd = HEADER_SIZE + view.getUint32(12, true);
  let replySerial: number | undefined;
  let signature = '';
  let offset = HEADER_SIZE;
  while (offset < fieldsEnd) {
    offset = align(offset, 8);
    const code = view.getUint8(offset);
    const type = String.fromCharCode(view.getUint8(offset + 2)); // of a signature of one character
    offset += 4;
    if (type === 'u') {
      if (code === FIELD.replySerial) replySerial = view.getUint32(offset, true);
      offset += 4;
    } else if (type === 'g') {
      const length = view.getUint8(offset);
      if (code === FIELD.signature)
        signature = new TextDecoder().decode(bytes.subarray(offset + 1, offset + 1 + length));
      offset += length + 2;
    } else if (type === 's' || type === 'o') {
      offset += 4 + view.getUint32(offset, true) + 1;
    } else {
      throw new AppImageError(
        'malformed',
        `Cannot read message: a field must be a text or a number, found type ${type}`,
      );
    }
  }
  return { type: view.getUint8(1), replySerial, signature, body: bytes.subarray(align(fieldsEnd, 8)) };
}

/** What comes from the bus, in pieces as they are asked for. */
class Incoming {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(socket: Socket, signal: AbortSignal) {
    this.#chunks = socket[Symbol.asyncIterator]();
    this.#signal = signal;
    signal.addEventListener('abort', () => void socket.destroy(signal.reason), { once: true });
  }

  async line(): Promise<string> {
    let end = this.#pending.indexOf(10);
    while (end < 0) {
      await this.#more();
      end = this.#pending.indexOf(10);
    }
    return new TextDecoder().decode(this.#take(end + 1)).trimEnd();
  }

  async message(): Promise<Uint8Array> {
    while (this.#pending.length < HEADER_SIZE) await this.#more();
    const view = new DataView(this.#pending.buffer, this.#pending.byteOffset, HEADER_SIZE);
    if (view.getUint8(0) !== 'l'.charCodeAt(0)) {
      throw new AppImageError('malformed', 'Cannot read message: it must be little-endian');
    }
    const size = align(HEADER_SIZE + view.getUint32(12, true), 8) + view.getUint32(4, true);
    if (size > MAX_MESSAGE) {
      throw new AppImageError('limit', `Cannot read message: it must have at most ${MAX_MESSAGE} bytes, found ${size}`);
    }
    while (this.#pending.length < size) await this.#more();
    return this.#take(size);
  }

  async #more(): Promise<void> {
    this.#signal.throwIfAborted();
    const { done, value } = await this.#chunks.next();
    if (done) throw new AppImageError('io', 'Cannot read from the bus: it has closed the connection');
    if (this.#pending.length > MAX_MESSAGE)
      throw new AppImageError('limit', 'Cannot read from the bus: too long a line');
    const joined = new Uint8Array(this.#pending.length + value.length);
    joined.set(this.#pending);
    joined.set(value, this.#pending.length);
    this.#pending = joined;
  }

  #take(length: number): Uint8Array {
    const taken = this.#pending.slice(0, length);
    this.#pending = this.#pending.slice(length);
    return taken;
  }
}

/** Writes values, each at a multiple of its size. */
class ByteWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(...values: number[]): void {
    this.#bytes.push(...values);
  }

  uint32(value: number): void {
    this.pad(4);
    this.bytes(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
  }

  field(code: number, type: 'o' | 's', text: string): void {
    this.pad(8);
    this.bytes(code, 1, type.charCodeAt(0), 0); // a variant: a signature of one character
    const encoded = new TextEncoder().encode(text);
    this.uint32(encoded.length);
    this.bytes(...encoded, 0);
  }

  append(other: ByteWriter): void {
    this.bytes(...other.#bytes);
  }

  pad(multiple: number): void {
    while (this.#bytes.length % multiple !== 0) this.bytes(0);
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function align(offset: number, multiple: number): number {
  return Math.ceil(offset / multiple) * multiple;
}
