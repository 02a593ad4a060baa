import type { HostArray } from '@manabi/core';
import { bytesOfElements } from '@manabi/data/internal';
import { lookup3 } from './read/checksums.ts';
import type { NewDataset, NewGroup } from './tree.ts';
import { ByteSink } from './write/byte-sink.ts';
import { datatypeOf, int8Type } from './write/datatypes.ts';
import { attributeMessage, datasetMessages, groupMessages, linkMessage, objectHeader } from './write/messages.ts';
import { textHeaps } from './write/text-heaps.ts';

const SUPERBLOCK_BYTES = 48;

/**
 * Encodes groups and datasets as an HDF5 file (HDF5 File Format Specification 3.0): superblock and object headers of
 * version 2 with checksums, links in the object headers of groups, contiguous elements. The file can be read by HDF5
 * 1.8 and later.
 *
 * @returns the bytes of the file as several arrays, in order; the elements share the memory of the given arrays
 */
export function writeHdf5(root: NewGroup): readonly Uint8Array<ArrayBuffer>[] {
  const nodes = [...nodesOf(root)];
  const texts = nodes.flatMap(({ attributes }) => [...attributes.values()].flat());
  const { bytes: heaps, locations } = textHeaps(texts, SUPERBLOCK_BYTES);
  const pieces: Uint8Array<ArrayBuffer>[] = [heaps];
  let end = SUPERBLOCK_BYTES + heaps.length;
  const add = (bytes: Uint8Array<ArrayBuffer>): number => {
    const address = end;
    pieces.push(bytes, new Uint8Array((8 - (bytes.length % 8)) % 8));
    end += Math.ceil(bytes.length / 8) * 8;
    return address;
  };
  const elements = new Map<NewDataset, number | null>();
  for (const node of nodes) {
    if (node.kind === 'dataset')
      elements.set(node, node.value.data.length === 0 ? null : add(elementBytes(node.value)));
  }
  let nextText = 0;
  const addNode = (node: NewGroup | NewDataset): number => {
    const attributes = [...node.attributes].map(([name, value]) => {
      const count = typeof value === 'string' ? 1 : value.length;
      nextText += count;
      return attributeMessage(
        name,
        typeof value === 'string' ? [] : [count],
        locations.slice(nextText - count, nextText),
      );
    });
    if (node.kind === 'dataset') {
      const { dtype, shape, data } = node.value;
      const messages = datasetMessages(
        node.isInt8 === true ? int8Type() : datatypeOf(dtype),
        shape,
        elements.get(node) ?? null,
        data.byteLength,
      );
      return add(objectHeader([...messages, ...attributes]));
    }
    const links = childrenOf(node).map(([name, child]) => linkMessage(name, addNode(child)));
    return add(objectHeader([...groupMessages, ...links, ...attributes]));
  };
  const rootAddress = addNode(root);
  return [superblock(rootAddress, end), ...pieces];
}

/**
 * Iterates over all groups and datasets, parents first: the order in which the texts of their attributes are written.
 */
function* nodesOf(node: NewGroup | NewDataset): Generator<NewGroup | NewDataset, void, undefined> {
  yield node;
  if (node.kind === 'group') for (const [, child] of childrenOf(node)) yield* nodesOf(child);
}

function childrenOf({ children }: NewGroup): readonly (readonly [name: string, child: NewGroup | NewDataset])[] {
  return [...children].sort(([a], [b]) => (a < b ? -1 : 1));
}

function superblock(root: number, end: number): Uint8Array<ArrayBuffer> {
  const sink = new ByteSink().u8(0x89).text('HDF\r\n').u8(0x1a).text('\n');
  // Version, size of addresses and lengths, flags; base address, extension, end of file, root group.
  sink.u8(2, 8, 8, 0).u64(0, null, end, root);
  return sink.u32(lookup3(sink.result())).result();
}

function elementBytes({ dtype, data }: HostArray): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytesOfElements(dtype, data);
  // Blobs and files cannot be written from shared memory.
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint8Array(new Uint8Array(buffer, byteOffset, length));
}
