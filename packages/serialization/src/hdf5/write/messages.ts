import { lookup3 } from '../read/checksums.ts';
import { messageTypes } from '../read/object-header.ts';
import { ByteSink } from './byte-sink.ts';
import { textType } from './datatypes.ts';

/** Message of an object header. */
export interface Message {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Location of a text in a global heap. */
export interface HeapText {
  readonly length: number;
  readonly heap: number;
  readonly index: number;
}

/** Messages of every group: links are in the header, without creation order. */
export const groupMessages: readonly Message[] = [
  { type: messageTypes.linkInfo, body: new ByteSink().u8(0, 0).u64(null, null).result() },
  { type: 0x0a, body: Uint8Array.of(0, 0) },
];

/** Returns the message of a link to an object (HDF5 File Format Specification 3.0, IV.A.2.g). */
export function linkMessage(name: string, address: number): Message {
  const text = new TextEncoder().encode(name);
  // The field for the length of the name is four bytes wide; the name is UTF-8.
  const head = new ByteSink().u8(1, 0x12, 1).u32(text.length);
  return { type: messageTypes.link, body: head.bytes(text).u64(address).result() };
}

/** Largest number of texts in an attribute: the size of a message is a 16-bit number, and a text takes 16 bytes. */
export const MOST_TEXTS_OF_ATTRIBUTE = 4000;

/**
 * Returns the message of an attribute with one or several texts (HDF5 File Format Specification 3.0, IV.A.2.m).
 *
 * @param shape empty for one text, otherwise the number of texts
 */
export function attributeMessage(name: string, shape: readonly number[], texts: readonly HeapText[]): Message {
  const label = new TextEncoder().encode(`${name}\0`);
  const [type, space] = [textType(), dataspaceOf(shape)];
  const head = new ByteSink().u8(3, 0).u16(label.length, type.length, space.length).u8(1);
  const body = head.bytes(label).bytes(type).bytes(space);
  for (const { length, heap, index } of texts) body.u32(length).u64(heap).u32(index);
  return { type: messageTypes.attribute, body: body.result() };
}

/**
 * Returns the messages of a dataset with contiguous elements.
 *
 * @param address address of the elements; null for an empty array
 */
export function datasetMessages(
  type: Uint8Array,
  shape: readonly number[],
  address: number | null,
  byteLength: number,
): readonly Message[] {
  return [
    { type: messageTypes.dataspace, body: dataspaceOf(shape) },
    { type: messageTypes.datatype, body: type },
    // Space is allocated when elements are written, and there is no fill value.
    { type: messageTypes.fillValue, body: Uint8Array.of(3, 0x0a) },
    { type: messageTypes.layout, body: new ByteSink().u8(3, 1).u64(address, byteLength).result() },
  ];
}

function dataspaceOf(shape: readonly number[]): Uint8Array {
  return new ByteSink()
    .u8(2, shape.length, 0, shape.length === 0 ? 0 : 1)
    .u64(...shape)
    .result();
}

/** Returns an object header of version 2 (HDF5 File Format Specification 3.0, IV.A.1.b). */
export function objectHeader(messages: readonly Message[]): Uint8Array<ArrayBuffer> {
  const body = new ByteSink();
  for (const { type, body: bytes } of messages) body.u8(type).u16(bytes.length).u8(0).bytes(bytes);
  // The field for the size of all messages is four bytes wide.
  const header = new ByteSink().text('OHDR').u8(2, 0x02).u32(body.length).bytes(body.result());
  return header.u32(lookup3(header.result())).result();
}
