/** Maximum number of characters of an object in one line. */
const WIDTH = 72;
/** Elements of a list that are printed. */
const ELEMENTS = 100;

/** Formats the arguments of `console.log` like Node: texts unchanged, other values like source code. */
export function formatLine(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : formatValue(value, 0, new Set()))).join(' ');
}

function formatValue(value: unknown, depth: number, parents: ReadonlySet<unknown>): string {
  if (typeof value === 'string')
    return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return value.name === '' ? '[Function (anonymous)]' : `[Function: ${value.name}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (parents.has(value)) return '[Circular]';
  if (value instanceof Error) return value.stack?.startsWith(`${value.name}: `) ? withoutFrames(value) : `${value}`;
  if (value instanceof Date) return value.toISOString();
  const inner = new Set([...parents, value]);
  const format = (element: unknown) => formatValue(element, depth + 1, inner);
  if (Array.isArray(value))
    return inLines('[', value.slice(0, ELEMENTS).map(format), ']', value.length - ELEMENTS, depth);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    // All views except DataView are typed arrays.
    const array = value as Float32Array;
    const elements = Array.from(array.slice(0, ELEMENTS), format);
    return inLines(`${array.constructor.name}(${array.length}) [`, elements, ']', array.length - ELEMENTS, depth);
  }
  if (value instanceof Map) {
    const entries = Array.from(value, ([key, element]) => `${format(key)} => ${format(element)}`);
    return inLines(`Map(${value.size}) {`, entries, '}', 0, depth);
  }
  if (value instanceof Set) return inLines(`Set(${value.size}) {`, Array.from(value, format), '}', 0, depth);
  return formatObject(value, format, depth);
}

function formatObject(value: object, format: (element: unknown) => string, depth: number): string {
  const { constructor: maker, toString: print } = value;
  // A class with its own text, such as a tensor or a table of scores.
  if (maker !== Object && typeof print === 'function' && print !== Object.prototype.toString) return String(value);
  const prefix = typeof maker !== 'function' || maker === Object ? '' : `${maker.name} `;
  if (depth > 2) return prefix === '' ? '[Object]' : `[${prefix.trim()}]`;
  const fields = Object.entries(value).map(([key, field]) => {
    const name = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : formatValue(key, 0, new Set());
    return `${name}: ${format(field)}`;
  });
  return inLines(`${prefix}{`, fields, '}', 0, depth);
}

function inLines(open: string, parts: readonly string[], close: string, more: number, depth: number): string {
  const all = more > 0 ? [...parts, `... ${more} more item${more === 1 ? '' : 's'}`] : parts;
  if (all.length === 0) return `${open}${close}`;
  const line = `${open} ${all.join(', ')} ${close}`;
  if (line.length + 2 * depth <= WIDTH && !line.includes('\n')) return line;
  const indent = '  '.repeat(depth + 1);
  return `${open}\n${all.map((part) => indent + part).join(',\n')}\n${'  '.repeat(depth)}${close}`;
}

function withoutFrames({ name, message }: Error): string {
  return `${name}: ${message}`;
}
