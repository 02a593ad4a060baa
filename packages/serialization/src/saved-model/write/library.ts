import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { field } from './attributes.ts';
import type { GraphSink, Ref } from './graph-sink.ts';

/** Value of a function: its name or reference, and the number of its element type. */
interface FunctionValue {
  readonly ref: Ref;
  readonly type: number;
}

/** Functions that nodes of a graph call: bodies of loops and branches. */
export class Library {
  readonly #functions: Uint8Array[] = [];

  /** Functions, encoded as `FunctionDef`. */
  get functions(): readonly Uint8Array[] {
    return this.#functions;
  }

  /** Adds a function with the nodes of a sink, and returns its name. */
  define(kind: string, inputs: readonly FunctionValue[], outputs: readonly FunctionValue[], sink: GraphSink): string {
    const name = `${kind}_${this.#functions.length}`;
    const signature = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
    for (const { ref, type } of inputs) field(signature, 2, argument(ref, type));
    for (const [i, { type }] of outputs.entries()) field(signature, 3, argument(`r${i}`, type));
    const writer = field(new BinaryWriter(), 1, signature.finish());
    for (const node of sink.nodes) field(writer, 3, node);
    for (const [i, { ref }] of outputs.entries()) {
      const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string(`r${i}`);
      field(writer, 4, entry.tag(2, WireType.LengthDelimited).string(ref).finish());
    }
    this.#functions.push(writer.finish());
    return name;
  }
}

function argument(name: string, type: number): Uint8Array {
  return new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).tag(3, WireType.Varint).int32(type).finish();
}
