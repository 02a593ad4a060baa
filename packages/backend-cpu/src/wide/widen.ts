import { ByteReader } from '../wasm/byte-reader.ts';
import type { valueTypes } from '../wasm/opcodes.ts';
import { listOf, named, sized, unsigned } from './bytes.ts';
import { type Callee, type Kind, kinds, type WalkedFunction, walk } from './walk.ts';

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

interface Import {
  readonly from: string;
  readonly name: string;
  /** Number of the signature; null for the memory. */
  readonly type: number | null;
}

interface Body extends WalkedFunction {
  readonly signature: Signature;
  /** Value types of parameters and locals. */
  readonly types: readonly number[];
  readonly exported: boolean;
}

const i64: (typeof valueTypes)['i64'] = 0x7e;
const f64: (typeof valueTypes)['f64'] = 0x7c;

/**
 * Rewrites the module of a plan, which `ModuleBuilder` has assembled, for a memory with 64-bit addresses.
 *
 * The original module computes addresses as i32, from the entries of the table of its plan. Which values are addresses follows from
 * this: a sum is an address if one of its operands is, and so is a local or parameter that receives one. These values become i64,
 * and what is added to them is extended as a signed number, so each tensor can have up to 2 GiB. An entry of the table becomes the
 * address as a float64, and so does the parameter `table` of exported functions, so JavaScript need not convert them to BigInt.
 *
 * The engine checks that no i32 is left where an address must be. All other instructions stay as they are, so results have the same
 * bits.
 *
 * @param mostPages largest number of pages of the memory
 */
export function widen(module: Uint8Array, mostPages: number): Uint8Array<ArrayBuffer> {
  const parts = parse(module);
  const { signatures, imports, bodies, exported } = parts;
  const functions = imports.flatMap(({ type }) => (type === null ? [] : [signatures[type]]));
  const callees: Callee[] = [
    ...functions.map(({ params, results }) => ({ params: params.length, returns: results.length > 0, body: null })),
    ...bodies.map((body) => ({ params: body.signature.params.length, returns: body.returns, body })),
  ];
  const learn = (): boolean => bodies.filter((body) => body.isCalled && walk(body, callees, false).changed).length > 0;
  while (learn());
  const types = new Signatures();
  const declared = imports.map(({ from, name, type }) => [
    ...named(from),
    ...named(name),
    ...(type === null
      ? memoryType(parts.isShared ? mostPages : null)
      : [0, ...unsigned(types.number(signatures[type]))]),
  ]);
  const widened = bodies.map((body) => unsigned(types.number(wideSignature(body))));
  const exports = exported.map(([name, index]) => [...named(name), 0, ...unsigned(index)]);
  return Uint8Array.from([
    ...module.subarray(0, 8),
    ...section(1, types.list.map(typeOf)),
    ...section(2, declared),
    ...section(3, widened),
    ...section(7, exports),
    ...section(
      10,
      bodies.map((body) => sized(wideBody(body, callees))),
    ),
  ]);
}

function parse(module: Uint8Array) {
  const reader = new ByteReader(module, 8);
  let signatures: readonly Signature[] = [];
  let imports: readonly Import[] = [];
  let isShared = false;
  let types: readonly number[] = [];
  let exported: readonly (readonly [name: string, index: number])[] = [];
  let codes: readonly ByteReader[] = [];
  const readImport = (part: ByteReader): Import => {
    const [from, name] = [part.name(), part.name()];
    if (part.byte() === 0) return { from, name, type: part.unsigned() };
    const flags = part.byte();
    isShared = (flags & 2) !== 0;
    for (let i = 0; i <= (flags & 1); i++) part.unsigned();
    return { from, name, type: null };
  };
  while (!reader.atEnd) {
    const id = reader.byte();
    const part = reader.sized();
    if (id === 1) signatures = part.list(() => readSignature(part));
    if (id === 2) imports = part.list(() => readImport(part));
    if (id === 3) types = part.list(() => part.unsigned());
    if (id === 7)
      exported = part.list(() => {
        const name = part.name();
        part.byte();
        return [name, part.unsigned()] as const;
      });
    if (id === 10) codes = part.list(() => part.sized());
  }
  const first = imports.filter(({ type }) => type !== null).length;
  const names = new Map(exported.map(([name, index]) => [index - first, name]));
  const bodies = codes.map((code, i) => readBody(code, signatures[types[i]], names.get(i)));
  return { signatures, imports, isShared, exported, bodies };
}

function readSignature(part: ByteReader): Signature {
  part.byte();
  const types = (): number[] => part.list(() => part.byte());
  return { params: types(), results: types() };
}

function readBody(reader: ByteReader, signature: Signature, name: string | undefined): Body {
  const types = [...signature.params];
  reader.list(() => {
    const count = reader.unsigned();
    const type = reader.byte();
    for (let i = 0; i < count; i++) types.push(type);
  });
  const exported = name !== undefined;
  const locals = types.map((): Kind => kinds.number);
  if (exported) locals[0] = kinds.table;
  return {
    name: name ?? 'an internal function',
    isCalled: exported,
    exported,
    signature,
    types,
    locals,
    code: reader.rest(),
    returns: signature.results.length > 0,
    table: exported ? types.length : 0,
  };
}

function wideSignature({ signature: { params, results }, locals, exported }: Body): Signature {
  return { params: params.map((type, i) => (exported && i === 0 ? f64 : wideType(type, locals[i]))), results };
}

function wideType(type: number, kind: Kind): number {
  return kind === kinds.number ? type : i64;
}

/**
 * Returns the type of the memory that the module imports.
 *
 * @param mostPages largest number of pages if the memory is shared, otherwise null
 */
function memoryType(mostPages: number | null): number[] {
  return mostPages === null ? [0x02, 4, 1] : [0x02, 7, 1, ...unsigned(mostPages)];
}

function typeOf({ params, results }: Signature): number[] {
  return [0x60, ...sized(params), ...sized(results)];
}

function wideBody(body: Body, callees: readonly Callee[]): number[] {
  const { signature, types, locals, exported, table } = body;
  // What the parameters of a function are that is never called is unknown.
  if (!body.isCalled) return [0, 0, 0x0b];
  const groups: [type: number, count: number][] = [];
  const all = types.map((type, i) => wideType(type, locals[i])).slice(signature.params.length);
  for (const type of exported ? [...all, i64] : all) {
    const last = groups.at(-1);
    if (last?.[0] === type) last[1]++;
    else groups.push([type, 1]);
  }
  const declared = listOf(groups.map(([type, count]) => [...unsigned(count), type]));
  // Code that reads the parameter `table` reads this local instead.
  const begin = exported ? [0x20, 0, 0xfc, 7, 0x21, ...unsigned(table)] : [];
  return [declared, begin, walk(body, callees, true).code].flat();
}

/** Signatures of a module, numbered in the order of their first use. */
class Signatures {
  readonly list: Signature[] = [];
  readonly #numbers = new Map<string, number>();

  number(signature: Signature): number {
    const key = `${signature.params.join()}>${signature.results.join()}`;
    const known = this.#numbers.get(key) ?? this.list.push(signature) - 1;
    this.#numbers.set(key, known);
    return known;
  }
}

function section(id: number, elements: readonly (readonly number[])[]): number[] {
  return elements.length === 0 ? [] : [id, ...sized(listOf(elements))];
}
