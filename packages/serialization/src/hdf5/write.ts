import type { HostArray } from '@manabi/core';
import { ByteSink } from './byte-sink.ts';
import { datatypeOf, textType } from './datatype.ts';
import type { NewDataset, NewGroup } from './tree.ts';

const UNDEFINED = [0xffffffff, 0xffffffff] as const;
/** Space for a name's text in the heap: its length, the heap's address, the object's number. */
const TEXT_REFERENCE = 16;

/**
 * A file in HDF5 (File Format Specification 3.0) with the groups and datasets of a tree: superblock 0, object headers 1,
 * links in the groups' headers, contiguous data. h5py and every reader since HDF5 1.8 take it.
 *
 * @returns pieces of the file in order: the data of datasets are not copied
 */
export function writeHdf5(root: NewGroup): readonly Uint8Array<ArrayBuffer>[] {
  const texts = new TextHeap();
  const head = new ByteSink();
  writeSuperblock(head);
  const data: { readonly array: HostArray; readonly place: number }[] = [];
  const rootAddress = writeGroup(head, root, texts, data);
  head.align(8);
  texts.write(head);
  head.align(8);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let end = head.length;
  for (const { array, place } of data) {
    const bytes = littleEndian(array);
    head.patch64(place, end);
    pieces.push(bytes, new Uint8Array((8 - (bytes.length % 8)) % 8));
    end += Math.ceil(bytes.length / 8) * 8;
  }
  head.patch64(40, end);
  head.patch64(64, rootAddress);
  return [head.result(), ...pieces];
}

function writeSuperblock(sink: ByteSink): void {
  sink.u8(0x89).text('HDF\r\n').u8(0x1a).text('\n');
  sink.u8(0, 0, 0, 0, 0, 8, 8, 0).u16(4, 16).u32(0);
  // Base address, free space, end of file, driver block; then the root group's entry.
  sink
    .u64(0)
    .u32(...UNDEFINED)
    .u64(0)
    .u32(...UNDEFINED);
  sink.u64(0, 0).u32(0, 0).u64(0, 0);
}

interface Message {
  readonly type: number;
  readonly body: Uint8Array;
}

function writeGroup(
  sink: ByteSink,
  group: NewGroup,
  texts: TextHeap,
  data: { readonly array: HostArray; readonly place: number }[],
): number {
  const names = [...group.children.keys()].sort();
  const links = names.map((name): Message => {
    const child = group.children.get(name);
    const address = child === undefined ? 0 : writeNode(sink, child, texts, data);
    const text = new TextEncoder().encode(name);
    return { type: 0x06, body: new ByteSink().u8(1, 0x12, 1).u32(text.length).bytes(text).u64(address).result() };
  });
  const linkInfo = new ByteSink()
    .u8(0, 0)
    .u32(...UNDEFINED, ...UNDEFINED)
    .result();
  const messages = [{ type: 0x02, body: linkInfo }, { type: 0x0a, body: Uint8Array.of(0, 0) }, ...links];
  return writeHeader(sink, messages, group.attributes, texts);
}

function writeNode(
  sink: ByteSink,
  node: NewGroup | NewDataset,
  texts: TextHeap,
  data: { readonly array: HostArray; readonly place: number }[],
): number {
  if (node.kind === 'group') return writeGroup(sink, node, texts, data);
  const { value } = node;
  const { byteLength } = value.data;
  const layout = new ByteSink().u8(3, 1).u64(0, byteLength).result();
  const messages = [
    { type: 0x01, body: dataspaceOf(value.shape) },
    { type: 0x03, body: datatypeOf(value.dtype) },
    // Space is allocated late, and nothing is filled: the data are there.
    { type: 0x05, body: Uint8Array.of(3, 0x0a) },
    { type: 0x08, body: layout },
  ];
  const address = writeHeader(sink, messages, node.attributes, texts);
  const before = messages.slice(0, 3).reduce((sum, { body }) => sum + 8 + padded(body.length), 0);
  // Nothing to point to in an empty dataset: its address stays undefined.
  const place = address + 16 + before + 8 + 2;
  if (byteLength > 0) data.push({ array: value, place });
  else sink.patch32(place, ...UNDEFINED);
  return address;
}

function writeHeader(
  sink: ByteSink,
  messages: readonly Message[],
  attributes: ReadonlyMap<string, string>,
  texts: TextHeap,
): number {
  sink.align(8);
  const address = sink.length;
  const all = [...messages, ...[...attributes].map(([name]) => ({ type: 0x0c, body: attributeHead(name) }))];
  const size = all.reduce((sum, { body }) => sum + 8 + padded(body.length), 0);
  sink.u8(1, 0).u16(all.length).u32(1, size, 0);
  const values = [...attributes.values()];
  all.forEach(({ type, body }, i) => {
    sink.u16(type, padded(body.length)).u8(0, 0, 0, 0).bytes(body);
    const attribute = i - messages.length;
    if (attribute >= 0) texts.add(sink.length - TEXT_REFERENCE, values[attribute]);
    sink.align(8);
  });
  return address;
}

/** An attribute message (version 1) of one text, whose reference is the last of it. */
function attributeHead(name: string): Uint8Array {
  const text = new TextEncoder().encode(`${name}\0`);
  const type = textType();
  const space = new ByteSink().u8(1, 0, 0, 0, 0, 0, 0, 0).result();
  const sink = new ByteSink().u8(1, 0).u16(text.length, type.length, space.length);
  return sink.bytes(text).align(8).bytes(type).align(8).bytes(space).u64(0, 0).result();
}

function dataspaceOf(shape: readonly number[]): Uint8Array {
  return new ByteSink()
    .u8(1, shape.length, 0, 0, 0, 0, 0, 0)
    .u64(...shape)
    .result();
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function littleEndian({ data }: HostArray): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = data;
  const isPlain = isLittleEndian || data.BYTES_PER_ELEMENT === 1;
  if (isPlain && buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  const swapped = new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
  if (isPlain) return swapped;
  for (let at = 0; at < byteLength; at += data.BYTES_PER_ELEMENT) {
    swapped.subarray(at, at + data.BYTES_PER_ELEMENT).reverse();
  }
  return swapped;
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Texts of attributes, which lie together in a global heap, and the places that refer to them. */
class TextHeap {
  readonly #texts: { readonly place: number; readonly text: Uint8Array }[] = [];

  /** @param place where the reference to the text is to be written */
  add(place: number, value: string): void {
    this.#texts.push({ place, text: new TextEncoder().encode(value) });
  }

  /** Writes collections of at most 65,535 texts, since their numbers have 16 bits. */
  write(sink: ByteSink): void {
    for (let from = 0; from < this.#texts.length; from += 65_535) {
      const texts = this.#texts.slice(from, from + 65_535);
      const used = texts.reduce((sum, { text }) => sum + 16 + padded(text.length), 16);
      const size = Math.max(4096, used);
      const address = sink.length;
      sink.text('GCOL').u8(1, 0, 0, 0).u64(size);
      texts.forEach(({ place, text }, i) => {
        sink
          .u16(i + 1, 1)
          .u32(0)
          .u64(text.length)
          .bytes(text)
          .align(8);
        sink.patch32(place, text.length);
        sink.patch64(place + 4, address);
        sink.patch32(place + 12, i + 1);
      });
      // What is left belongs to object 0, the free space, if it has room for its head.
      const free = size - used;
      if (free >= 16) sink.u16(0, 0).u32(0).u64(free);
      sink.bytes(new Uint8Array(address + size - sink.length));
    }
  }
}
