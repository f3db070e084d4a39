import { AppImageError } from '@appimage-js/format';
import {
  type BusRules,
  DEVICES,
  type EnvironmentRules,
  FEATURES,
  type FileAccess,
  HOMES,
  IDENTITIES,
  NETWORKS,
  NO_BUS,
  NOTHING,
  type Permissions,
  SOCKETS,
} from './permissions.ts';
import { checkPlace } from './place.ts';
import { checkBusCall, checkBusName, checkVariable } from './values.ts';

/** What is wrong with a value, and where in the document it is: `/sessionBus/talk/2`. */
export interface PermissionsProblem {
  readonly path: string;
  readonly message: string;
}

/** Items of a list, and characters of a text, that nobody needs more of. */
const MAX_ITEMS = 1000;
const MAX_TEXT = 32_768;

/**
 * Reads permissions from what JSON was parsed to. What is left out is not granted; a key that is not known is an error, as it may
 * have been meant to take something away.
 *
 * @throws AppImageError `malformed`, with all that is wrong and where
 */
export function parsePermissions(value: unknown): Permissions {
  const problems: PermissionsProblem[] = [];
  const permissions = readDocument(value, new Reader(problems));
  if (problems.length === 0) return permissions;
  const list = problems.map(({ path, message }) => `${path || '/'} ${message}`).join('; ');
  throw new AppImageError('malformed', `Cannot read permissions: ${list}`);
}

function readDocument(value: unknown, reader: Reader): Permissions {
  const document = reader.object(value, '', Object.keys(NOTHING).concat('$schema'));
  return {
    filesystem: readFilesystem(document['filesystem'], reader),
    home: reader.oneOf(document['home'], '/home', HOMES, NOTHING.home),
    sockets: reader.listOf(document['sockets'], '/sockets', SOCKETS),
    devices: reader.listOf(document['devices'], '/devices', DEVICES),
    network: reader.oneOf(document['network'], '/network', NETWORKS, NOTHING.network),
    sessionBus: readBus(document['sessionBus'], '/sessionBus', reader),
    systemBus: readBus(document['systemBus'], '/systemBus', reader),
    environment: readEnvironment(document['environment'], reader),
    identity: reader.oneOf(document['identity'], '/identity', IDENTITIES, NOTHING.identity),
    features: reader.listOf(document['features'], '/features', FEATURES),
  };
}

function readFilesystem(value: unknown, reader: Reader): Record<string, FileAccess> {
  const filesystem: Record<string, FileAccess> = {};
  for (const [key, access] of Object.entries(reader.object(value ?? {}, '/filesystem'))) {
    const path = `/filesystem/${pointer(key)}`;
    const place = reader.checked(key, path, checkPlace);
    if (place !== undefined) filesystem[place] = reader.oneOf(access, path, ['read', 'write', 'create'], 'read');
  }
  return filesystem;
}

function readBus(value: unknown, path: string, reader: Reader): BusRules {
  if (value === undefined) return NO_BUS;
  const rules = reader.object(value, path, ['talk', 'own', 'call']);
  return {
    talk: reader.checkedList(rules['talk'], `${path}/talk`, checkBusName),
    own: reader.checkedList(rules['own'], `${path}/own`, checkBusName),
    call: reader.checkedList(rules['call'], `${path}/call`, checkBusCall),
  };
}

function readEnvironment(value: unknown, reader: Reader): EnvironmentRules {
  const rules = reader.object(value ?? {}, '/environment', ['set', 'unset', 'pass']);
  const set: Record<string, string> = {};
  for (const [name, text] of Object.entries(reader.object(rules['set'] ?? {}, '/environment/set'))) {
    const path = `/environment/set/${pointer(name)}`;
    const variable = reader.checked(name, path, checkVariable);
    const found = reader.text(text, path);
    if (variable !== undefined && found !== undefined) set[variable] = found;
  }
  return {
    set,
    unset: reader.checkedList(rules['unset'], '/environment/unset', checkVariable),
    pass: reader.checkedList(rules['pass'], '/environment/pass', checkVariable),
  };
}

/** Reads values and keeps what is wrong with them, so that a person can mend all of it at once. */
class Reader {
  readonly #problems: PermissionsProblem[];

  constructor(problems: PermissionsProblem[]) {
    this.#problems = problems;
  }

  object(value: unknown, path: string, known?: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#add(path, `must be an object, found ${kindOf(value)}`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (known !== undefined && !known.includes(key)) {
        this.#add(`${path}/${pointer(key)}`, `is not known; expected one of ${known.join(', ')}`);
      }
    }
    return value as Record<string, unknown>;
  }

  text(value: unknown, path: string): string | undefined {
    if (typeof value === 'string' && value.length <= MAX_TEXT && !value.includes('\0')) return value;
    this.#add(path, `must be a text of at most ${MAX_TEXT} characters, found ${kindOf(value)}`);
    return undefined;
  }

  oneOf<T extends string>(value: unknown, path: string, allowed: readonly T[], otherwise: T): T {
    if (value === undefined) return otherwise;
    const found = allowed.find((name) => name === value);
    if (found === undefined) this.#add(path, `must be one of ${allowed.join(', ')}, found ${JSON.stringify(value)}`);
    return found ?? otherwise;
  }

  listOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T[] {
    const found = this.#list(value, path).flatMap((item, index) => {
      const first = allowed[0];
      return first === undefined ? [] : [this.oneOf(item, `${path}/${index}`, allowed, first)];
    });
    return [...new Set(found)].sort();
  }

  checkedList(value: unknown, path: string, check: (text: string) => string): string[] {
    const found = this.#list(value, path).map((item, index) => this.checked(item, `${path}/${index}`, check));
    return [...new Set(found.filter((item) => item !== undefined))].sort();
  }

  checked(value: unknown, path: string, check: (text: string) => string): string | undefined {
    const text = this.text(value, path);
    if (text === undefined) return undefined;
    try {
      return check(text);
    } catch (error) {
      this.#add(path, `cannot be used: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  #list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length <= MAX_ITEMS) return value;
    this.#add(path, `must be a list of at most ${MAX_ITEMS} items, found ${kindOf(value)}`);
    return [];
  }

  #add(path: string, message: string): void {
    this.#problems.push({ path, message });
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** A key as a JSON pointer spells it. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
