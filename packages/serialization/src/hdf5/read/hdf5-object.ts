import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import type { Hdf5File } from './hdf5-file.ts';
import { type HeaderMessage, messageTypes, readObjectHeader } from './object-header.ts';
import type { Reader } from './reader.ts';

/** Object of an HDF5 file: a group, a dataset or a named type. */
export interface Hdf5Object {
  readonly messages: readonly HeaderMessage[];
  /** Returns the body of the first header message of the given type; undefined if the object has none. */
  find(type: number): Promise<Reader | undefined>;
}

/** Function that reads an object of an HDF5 file by its address. */
export type ReadObject = (address: number) => Promise<Hdf5Object>;

/** Returns a function that reads objects of an HDF5 file and caches them. */
export function objectsOf(file: Hdf5File): ReadObject {
  const readObject: ReadObject = once(async (address): Promise<Hdf5Object> => {
    const messages = await readObjectHeader(file, address);
    return {
      messages,
      async find(type) {
        const message = messages.find((each) => each.type === type);
        if (message === undefined) return undefined;
        return message.isShared ? sharedMessage(file, message.body.at(0), type, readObject) : message.body.at(0);
      },
    };
  });
  return readObject;
}

/** Returns a function that caches the result of `read` for each address. */
export function once<T>(read: (address: number) => Promise<T>): (address: number) => Promise<T> {
  const found = new Map<number, Promise<T>>();
  return (address) => {
    const result = found.get(address) ?? read(address);
    found.set(address, result);
    return result;
  };
}

/**
 * Reads a message of another object, such as a named type (HDF5 File Format Specification 3.0, IV.A.2, "Shared Message").
 *
 * @param body body of the message, which contains a reference to the other object
 * @throws FileError `corrupt`; `unsupported` for messages in the file's table of shared messages
 */
export async function sharedMessage(
  file: Hdf5File,
  body: Reader,
  type: number,
  readObject: ReadObject,
): Promise<Reader> {
  const version = body.u8();
  const kind = body.u8();
  if (version < 1 || version > 3) throw unsupportedHdf5(file.name, `shared message version ${version}`, { version });
  if (version === 3 && kind === 1) throw unsupportedHdf5(file.name, 'a table of shared messages');
  if (version === 1) body.skip(6);
  const address = body.address();
  const message =
    address === null ? undefined : (await readObject(address)).messages.find((each) => each.type === type);
  if (message === undefined || message.isShared) {
    throw corruptHdf5(file.name, `the shared message of type ${type} at address ${address} is missing`, {
      address,
      type,
    });
  }
  return message.body.at(0);
}

/** Reports whether an object is a dataset; otherwise it is a group or a named type. */
export function isDataset({ messages }: Hdf5Object): boolean {
  return messages.some(({ type }) => type === messageTypes.layout);
}

/** Reports whether an object is a group. */
export function isGroup({ messages }: Hdf5Object): boolean {
  const { link, linkInfo, symbolTable } = messageTypes;
  return messages.some(({ type }) => type === link || type === linkInfo || type === symbolTable);
}
