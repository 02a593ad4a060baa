import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import type { Hdf5File } from './hdf5-file.ts';
import type { Reader } from './reader.ts';

/** Message types (HDF5 File Format Specification 3.0, IV.A.2). */
export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFillValue: 0x04,
  fillValue: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

const LAST_KNOWN_TYPE = 0x18;

/** Flags of header messages. */
const IS_SHARED = 0x02;
const FAILS_IF_UNKNOWN = 0x80;

/** Message of an object header. */
export interface HeaderMessage {
  readonly type: number;
  /** Whether the body only refers to another object, which contains the message. */
  readonly isShared: boolean;
  /** Body of the message. It may be read several times, so read it through a new cursor: `body.at(0)`. */
  readonly body: Reader;
}

/** Block of the file that contains header messages of an object. */
interface Block {
  readonly reader: Reader;
  readonly version: 1 | 2;
  /** Size in bytes of the fields before a message's body. */
  readonly head: number;
}

/**
 * Reads the messages of the object at an address (HDF5 File Format Specification 3.0, IV.A.1).
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export async function readObjectHeader(file: Hdf5File, address: number): Promise<readonly HeaderMessage[]> {
  const blocks = [await firstBlock(file, address)];
  const seen = new Set([address]);
  const messages: HeaderMessage[] = [];
  for (const block of blocks) {
    const { reader, version, head } = block;
    while (reader.left >= head) {
      const type = version === 1 ? reader.u16() : reader.u8();
      const size = reader.u16();
      const flags = reader.u8();
      reader.skip(head - (version === 1 ? 5 : 4));
      const body = reader.part(size);
      if (type === messageTypes.continuation) {
        blocks.push(await continuation(file, body, block, seen));
        continue;
      }
      if (type > LAST_KNOWN_TYPE && (flags & FAILS_IF_UNKNOWN) !== 0) {
        throw unsupportedHdf5(file.name, `header message type ${type} of the object at address ${address}`, { type });
      }
      messages.push({ type, isShared: (flags & IS_SHARED) !== 0, body });
    }
  }
  return messages;
}

async function firstBlock(file: Hdf5File, address: number): Promise<Block> {
  const start = await file.head(address, 40);
  const version = start.u8();
  if (version === 1) {
    start.skip(7);
    const size = start.u32();
    return { reader: await file.block(address + 16, size), version, head: 8 };
  }
  start.position = 0;
  start.signature('OHDR');
  if (start.u8() !== 2)
    throw unsupportedHdf5(file.name, `a newer object header version at address ${address}`, { address });
  const flags = start.u8();
  if ((flags & 0x20) !== 0) start.skip(16);
  if ((flags & 0x10) !== 0) start.skip(4);
  const size = start.unsigned(1 << (flags & 3));
  const whole = await file.block(address, start.position + size + 4);
  whole.skip(start.position);
  const reader = whole.part(size);
  whole.checksum();
  return { reader, version: 2, head: (flags & 0x04) !== 0 ? 6 : 4 };
}

async function continuation(file: Hdf5File, body: Reader, { version, head }: Block, seen: Set<number>): Promise<Block> {
  const address = body.address();
  const length = body.length();
  if (address === null || seen.has(address)) {
    throw corruptHdf5(
      file.name,
      `the continuation of an object header at byte ${body.origin} is missing or forms a cycle`,
      { address },
    );
  }
  seen.add(address);
  const reader = await file.block(address, length);
  if (version === 1) return { reader, version, head };
  reader.signature('OCHK');
  const messages = reader.part(Math.max(0, reader.left - 4));
  reader.checksum();
  return { reader: messages, version, head };
}
