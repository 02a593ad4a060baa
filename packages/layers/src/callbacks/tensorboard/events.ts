import { crc32c } from './crc32c.ts';

/** A scalar for TensorBoard: tag, step, value and time. */
export interface ScalarEvent {
  readonly tag: string;
  readonly value: number;
  readonly step: number;
  /** Time in seconds since 1970. */
  readonly wallTime: number;
}

/** Wire types of protocol buffer fields. */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;

/** Returns the record at the start of every event file, which contains the version of the format. */
export function fileVersionRecord(wallTime: number): Uint8Array {
  return record(concatenate([double(1, wallTime), text(3, 'brain.Event:2')]));
}

/** Returns the record that stores a scalar: an `Event` of tensorflow/core/util/event.proto with one summary value. */
export function scalarRecord({ tag, value, step, wallTime }: ScalarEvent): Uint8Array {
  const summary = message(1, concatenate([text(1, tag), float(2, value)]));
  return record(concatenate([double(1, wallTime), varint(2, step), message(5, summary)]));
}

/**
 * Frames bytes as a TFRecord: their length, its checksum, the bytes, and their checksum; integers are little-endian.
 */
function record(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(bytes.length + 16);
  const view = new DataView(framed.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(8, masked(crc32c(framed.subarray(0, 8))), true);
  framed.set(bytes, 12);
  view.setUint32(12 + bytes.length, masked(crc32c(bytes)), true);
  return framed;
}

/**
 * Rotates a checksum and adds a constant, as the TFRecord format requires: a CRC of data that contains CRCs would be
 * weak.
 */
function masked(checksum: number): number {
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = (field << 3) | FIXED_64;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = (field << 3) | FIXED_32;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function varint(field: number, value: number): Uint8Array {
  return Uint8Array.of((field << 3) | VARINT, ...varintBytes(value));
}

function text(field: number, value: string): Uint8Array {
  return message(field, new TextEncoder().encode(value));
}

function message(field: number, bytes: Uint8Array): Uint8Array {
  return concatenate([Uint8Array.of((field << 3) | LENGTH, ...varintBytes(bytes.length)), bytes]);
}

/** Encodes an integer with seven bits per byte, lowest first; the top bit of a byte is set if more bytes follow. */
function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

/** Concatenates byte arrays. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
