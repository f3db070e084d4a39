import { AppImageError } from '@appimage-js/format';

const NAME_PART = '[A-Za-z_-][A-Za-z0-9_-]*';
const BUS_NAME = new RegExp(`^${NAME_PART}(?:\\.${NAME_PART})+(?:\\.\\*)?$`);
const CALL_RULE = /^(?:\*|[A-Za-z0-9_.-]+(?:\.\*)?)?(?:@\/[A-Za-z0-9_/]*(?:\*)?)?$/;
const MAX_NAME = 255;

/** Variables by which a program can be made to load or run something else before it begins. */
const LOADER_VARIABLES =
  /^(?:LD_.*|GLIBC_TUNABLES|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|BASH_FUNC_.*|IFS|GCONV_PATH|LOCPATH|NLSPATH|PYTHON(?:STARTUP|PATH|HOME|INSPECT)|PERL5?(?:OPT|LIB|DB)|RUBY(?:OPT|LIB)|NODE_OPTIONS|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|G(?:TK|IO)_.*MODULE.*|QT_(?:QPA_PLATFORM_)?PLUGIN_PATH|VK_.*LAYER.*|LIBGL_DRIVERS_PATH|GDK_PIXBUF_MODULE_FILE)$/;

/**
 * Checks a name on a message bus, which may end in `.*`.
 *
 * @throws AppImageError `malformed`
 */
export function checkBusName(text: string): string {
  if (text.length <= MAX_NAME && BUS_NAME.test(text)) return text;
  throw new AppImageError(
    'malformed',
    `Cannot grant bus name: expected a name such as org.example.Name or org.example.*, found ${JSON.stringify(text)}`,
  );
}

/**
 * Checks a rule for single calls, `org.example.Name=org.example.Interface.Method@/path`.
 *
 * @throws AppImageError `malformed`
 */
export function checkBusCall(text: string): string {
  const equals = text.indexOf('=');
  const rule = text.slice(equals + 1);
  if (equals > 0 && rule !== '' && rule.length <= 1024 && CALL_RULE.test(rule)) {
    checkBusName(text.slice(0, equals));
    return text;
  }
  throw new AppImageError(
    'malformed',
    `Cannot grant calls: expected NAME=INTERFACE.METHOD@PATH, found ${JSON.stringify(text)}`,
  );
}

/**
 * Checks the name of a variable of the environment.
 *
 * @throws AppImageError `malformed`
 */
export function checkVariable(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name.length <= MAX_NAME) return name;
  throw new AppImageError('malformed', `Cannot use variable: expected a name, found ${JSON.stringify(name)}`);
}

/** Whether a variable makes programs load or run code: none that an image may ask to be set from outside. */
export function isLoaderVariable(name: string): boolean {
  return LOADER_VARIABLES.test(name);
}
