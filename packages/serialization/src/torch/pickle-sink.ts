import { ByteSink } from '../hdf5/write/byte-sink.ts';

/** Tensor to pickle: a whole storage in row-major order. */
export interface PickledTensor {
  /** Storage class, such as `FloatStorage`. */
  readonly storage: string;
  /** Name of the storage's record. */
  readonly key: string;
  readonly shape: readonly number[];
}

/** Encodes tensors as a pickle of protocol 2, as `torch.save` does. */
export class PickleSink {
  readonly #sink = new ByteSink();

  /** Encodes a dictionary of tensors and returns the bytes. */
  dictOf(tensors: readonly (readonly [name: string, tensor: PickledTensor])[]): Uint8Array<ArrayBuffer> {
    this.#sink.u8(0x80, 2).text('}(');
    for (const [name, tensor] of tensors) this.#text(name).#tensor(tensor);
    return this.#sink.text('u.').result();
  }

  #tensor({ storage, key, shape }: PickledTensor): void {
    const size = shape.reduce((product, length) => product * length, 1);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
    this.#sink.text('ctorch._utils\n_rebuild_tensor_v2\n((');
    this.#text('storage').#sink.text(`ctorch\n${storage}\n`);
    this.#text(key).#text('cpu').#integer(size).#sink.text('tQ');
    this.#integer(0).#tuple(shape).#tuple(strides);
    // The tensor requires no gradient and has no hooks.
    this.#sink.u8(0x89).text('ccollections\nOrderedDict\n)RtR');
  }

  #text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    this.#sink.text('X').u32(bytes.length).bytes(bytes);
    return this;
  }

  #tuple(values: readonly number[]): this {
    this.#sink.text('(');
    for (const value of values) this.#integer(value);
    this.#sink.text('t');
    return this;
  }

  #integer(value: number): this {
    if (value < 2 ** 31) this.#sink.text('J').u32(value);
    else this.#sink.u8(0x8a, 8).u64(value);
    return this;
  }
}
