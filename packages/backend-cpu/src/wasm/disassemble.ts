import { ManabiError } from '@manabi/ir';
import { ByteReader } from './byte-reader.ts';
import { atomics, loads, operations, stores, valueTypes } from './opcodes.ts';
import { laneLoads, laneOperations, laneStores } from './opcodes-simd.ts';

/** A function of a module as text. */
export interface DisassembledFunction {
  /** Name under which the module exports the function; null for internal functions. */
  readonly name: string | null;
  /** Number of instructions. */
  readonly instructions: number;
  /** The function in the text format of WebAssembly. A line ends where the value stack is used up, or a block begins or ends. */
  readonly text: string;
}

/** What follows the opcode of an instruction. */
type Immediate = 'none' | 'index' | 'memory' | 'memoryLane' | 'lane' | 'block' | 'bytes';

/** Where lines break: after the instruction, after it with deeper lines following, and so on. */
type Layout = 'inline' | 'ends' | 'opens' | 'closes' | 'reopens';

interface Form {
  readonly name: string;
  readonly immediate: Immediate;
  readonly layout: Layout;
}

const constants = { 65: 'i32.const', 66: 'i64.const', 67: 'f32.const', 68: 'f64.const', 1036300: 'v128.const' };

const forms = new Map<number, Form>();

function add(code: number, name: string, immediate: Immediate, layout: Layout = 'inline'): void {
  forms.set(code, { name, immediate, layout });
}

for (const [name, code] of Object.entries(operations)) add(code, name, 'none', name === 'return' ? 'ends' : 'inline');
for (const [name, { code }] of Object.entries({ ...loads, ...atomics })) add(code, name, 'memory');
for (const [name, { code }] of Object.entries(stores)) add(code, name, 'memory', 'ends');
for (const [name, { code }] of Object.entries(laneLoads)) add(code, name, 'memoryLane');
for (const [name, { code }] of Object.entries(laneStores)) add(code, name, 'memoryLane', 'ends');
for (const [name, code] of Object.entries(laneOperations)) add(code, name, 'lane');
for (const [code, name] of [
  [0x02, 'block'],
  [0x03, 'loop'],
  [0x04, 'if'],
] as const) {
  add(code, name, 'block', 'opens');
}
add(0x05, 'else', 'none', 'reopens');
add(0x0b, 'end', 'none', 'closes');
add(0x0c, 'br', 'index', 'ends');
add(0x0d, 'br_if', 'index', 'ends');
add(0x10, 'call', 'index');
add(0x20, 'local.get', 'index');
add(0x21, 'local.set', 'index', 'ends');
add(0x22, 'local.tee', 'index');
add(0xfd00d, 'i8x16.shuffle', 'bytes');

/** Instructions with immediates that are always zero, by the number of these bytes. */
const zeros: Readonly<Record<number, { readonly name: string; readonly count: number; readonly layout: Layout }>> = {
  1032203: { name: 'memory.fill', count: 1, layout: 'ends' },
  1040387: { name: 'atomic.fence', count: 1, layout: 'ends' },
};

const typeNames = new Map<number, string>(Object.entries(valueTypes).map(([name, code]) => [code, name]));

interface Signature {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

/**
 * Returns the functions of a module that `ModuleBuilder` assembled as text, in the order of the module. Internal functions
 * are named `$helper0`, `$helper1`, …, and imported ones after their import.
 *
 * @throws ManabiError `backend` for an instruction that the assembler does not write
 */
export function disassemble(module: Uint8Array): readonly DisassembledFunction[] {
  const reader = new ByteReader(module, 8);
  let signatures: readonly Signature[] = [];
  let imported: readonly string[] = [];
  let types: readonly number[] = [];
  let bodies: readonly ByteReader[] = [];
  const exported = new Map<number, string>();
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.sized();
    if (id === 1) signatures = section.list(() => signatureOf(section));
    if (id === 2) imported = importsOf(section);
    if (id === 3) types = section.list(() => section.unsigned());
    if (id === 10) bodies = section.list(() => section.sized());
    if (id === 7) {
      section.list(() => {
        const name = section.name();
        section.byte();
        exported.set(section.unsigned(), name);
      });
    }
  }
  let helpers = 0;
  const labels = [
    ...imported.map((name) => `$${name}`),
    ...types.map((_, i) => identifierOf(exported.get(imported.length + i) ?? `helper${helpers++}`)),
  ];
  return bodies.map((body, i) => {
    const name = exported.get(imported.length + i) ?? null;
    const { params, results } = signatures[types[i]];
    const head = [
      `func ${labels[imported.length + i]}`,
      ...(name === null ? [] : [`(export ${JSON.stringify(name)})`]),
      ...(params.length === 0 ? [] : [`(param ${params.join(' ')})`]),
      ...(results.length === 0 ? [] : [`(result ${results.join(' ')})`]),
    ];
    const { lines, instructions } = bodyOf(body, labels);
    return { name, instructions, text: [`(${head.join(' ')}`, ...lines, ')'].join('\n') };
  });
}

function signatureOf(section: ByteReader): Signature {
  section.byte();
  const types = () => section.list(() => typeName(section.byte()));
  return { params: types(), results: types() };
}

/** Returns the names of the imported functions. The last import of a module is its memory. */
function importsOf(section: ByteReader): readonly string[] {
  return section
    .list(() => {
      const from = section.name();
      const name = section.name();
      const isFunction = section.byte() === 0;
      // A memory has flags and up to two sizes.
      if (isFunction) section.unsigned();
      else if ((section.byte() & 1) === 1) section.list(() => section.unsigned(), 2);
      else section.unsigned();
      return isFunction ? [`${from}.${name}`] : [];
    })
    .flat();
}

function bodyOf(body: ByteReader, labels: readonly string[]) {
  const groups = body.list(() => ({ count: body.unsigned(), type: typeName(body.byte()) }));
  const locals = groups.map(({ count, type }) => Array.from({ length: count }, () => type).join(' '));
  const lines = locals.length === 0 ? [] : [`  (local ${locals.join(' ')})`];
  let line: string[] = [];
  let depth = 1;
  let instructions = 0;
  const flush = (): void => {
    if (line.length > 0) lines.push(`${'  '.repeat(depth)}${line.join('  ')}`);
    line = [];
  };
  while (!body.atEnd) {
    const { text, layout } = instructionOf(body, labels);
    instructions++;
    if (layout === 'closes' || layout === 'reopens') {
      flush();
      depth--;
    }
    // The last `end` is that of the function, which the closing bracket shows.
    if (depth > 0) line.push(text);
    if (layout !== 'inline') flush();
    if (layout === 'opens' || layout === 'reopens') depth++;
  }
  return { lines, instructions };
}

function instructionOf(
  body: ByteReader,
  labels: readonly string[],
): { readonly text: string; readonly layout: Layout } {
  const first = body.byte();
  const code = first < 0xfc ? first : first * 0x1000 + body.unsigned();
  if (Object.hasOwn(constants, code)) return { text: constantOf(code, body), layout: 'inline' };
  const zero = zeros[code];
  if (zero !== undefined) {
    for (let i = 0; i < zero.count; i++) body.byte();
    return { text: zero.name, layout: zero.layout };
  }
  const form = forms.get(code);
  if (form === undefined) {
    throw new ManabiError('backend', `Cannot disassemble the instruction 0x${code.toString(16)}: it is unknown.`, {
      op: 'disassemble',
      data: { code },
    });
  }
  return { text: [form.name, ...immediateOf(form, body, labels)].join(' '), layout: form.layout };
}

function immediateOf({ name, immediate }: Form, body: ByteReader, labels: readonly string[]): readonly string[] {
  switch (immediate) {
    case 'none':
      return [];
    case 'index': {
      const index = body.unsigned();
      return [name === 'call' ? labels[index] : String(index)];
    }
    case 'lane':
      return [String(body.byte())];
    case 'memory':
      return memoryOf(body);
    case 'memoryLane':
      return [...memoryOf(body), String(body.byte())];
    case 'block': {
      const type = body.byte();
      return type === 0x40 ? [] : [`(result ${typeName(type)})`];
    }
    case 'bytes':
      return Array.from(body.bytes(16), String);
  }
}

/** Returns the offset; the alignment is left out, because it is only a hint. */
function memoryOf(body: ByteReader): readonly string[] {
  body.unsigned();
  const offset = body.unsigned();
  return offset === 0 ? [] : [`offset=${offset}`];
}

function constantOf(code: number, body: ByteReader): string {
  switch (code) {
    case 0x41:
      return `i32.const ${body.signed()}`;
    case 0x42:
      return `i64.const ${body.signed()}`;
    case 0x43:
      return `f32.const ${floatText(viewOf(body.bytes(4)).getFloat32(0, true))}`;
    case 0x44:
      return `f64.const ${floatText(viewOf(body.bytes(8)).getFloat64(0, true))}`;
    default:
      return `v128.const ${vectorText(viewOf(body.bytes(16)))}`;
  }
}

/** Writes a vector as floats, if all of its lanes look like floats rather than integers; both forms state all bits. */
function vectorText(bits: DataView): string {
  const floats = [0, 4, 8, 12].map((at) => bits.getFloat32(at, true));
  const areFloats = floats.every((x) => x === 0 || (Math.abs(x) > 1e-30 && Math.abs(x) < 1e30));
  if (areFloats) return `f32x4 ${floats.map(floatText).join(' ')}`;
  return `i32x4 ${[0, 4, 8, 12].map((at) => `0x${bits.getUint32(at, true).toString(16).padStart(8, '0')}`).join(' ')}`;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function typeName(code: number): string {
  return typeNames.get(code) ?? `0x${code.toString(16)}`;
}

/** Identifiers of the text format contain no spaces, brackets and commas. */
function identifierOf(name: string): string {
  return `$${name.replaceAll(/[^\w!#$%&'*+./:<=>?@\\^`|~-]/g, '_')}`;
}
