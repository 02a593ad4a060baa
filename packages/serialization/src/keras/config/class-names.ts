import { didYouMean, nearestNames } from '@manabi/errors';
import type { FileError } from '@manabi/files';
import { layerTable, registeredLayerClass, type SavedAs } from '@manabi/layers/classes';
import { isObject } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

/** Our class for one of a config, and what to note of it when it has another name in files. */
export interface FoundClass {
  readonly className: string;
  readonly savedAs: SavedAs;
}

/** What to note of something of a config: for a class that is none of Keras, its whole name and its module. */
export function savedAsOf(part: ConfigPart): SavedAs {
  if (!isForeign(part)) return {};
  const module = part.optional('module')?.text();
  return { className: registeredName(part), ...(module === undefined ? {} : { module }) };
}

/**
 * Finds our class for one of a config. Classes of one's own are found by the name they are registered under, with or
 * without Keras's package: `Custom>Scale` is what is registered as that, or as `Scale`. A class of one's own is never taken
 * for one of Keras, whatever its name.
 *
 * @throws FileError `unsupported` if there is none, with the nearest names
 */
export function findClass(part: ConfigPart): FoundClass {
  const name = registeredName(part);
  const config = part.field('config').value;
  const isGraph = isObject(config) && 'input_layers' in config;
  if (isForeign(part)) {
    const savedAs = savedAsOf(part);
    if (registeredLayerClass(name) !== undefined) return { className: name, savedAs };
    if (layerTable.row(name)?.isOurs === true) return { className: name, savedAs: {} };
    if (isGraph) return { className: 'Functional', savedAs };
    throw unknownClass(part, name);
  }
  if (registeredLayerClass(name) !== undefined) return { className: name, savedAs: {} };
  const row = name === 'Model' ? undefined : layerTable.row(name);
  if (row !== undefined) return { className: row.className, savedAs: {} };
  if (isGraph) return { className: 'Functional', savedAs: {} };
  throw unknownClass(part, name);
}

/** The name of a class: for one of one's own, that under which Python registered it, with the package. */
export function registeredName(part: ConfigPart): string {
  const given = part.field('class_name').text('the name of a class');
  return isForeign(part) ? (part.optional('registered_name')?.text() ?? given) : given;
}

/** Whether a config says that a class is none of Keras. */
export function isForeign(part: ConfigPart): boolean {
  const registered = part.optional('registered_name')?.text();
  const name = registered ?? part.field('class_name').text('the name of a class');
  if (name.includes('>')) return true;
  if (registered === undefined) return false;
  const module = part.optional('module')?.text();
  return module === undefined || !/^(keras|tf_keras|tensorflow|builtins)(\.|$)/.test(module);
}

function unknownClass(part: ConfigPart, name: string): FileError {
  const names = layerTable.names();
  return part.unsupported(
    `there is no layer '${name}'. ${didYouMean(name, names)} Make a class of your own known first: register('layer', ` +
      `'${name}', …).`,
    {
      className: name,
      registeredName: part.optional('registered_name')?.text() ?? null,
      nearest: nearestNames(name, names),
    },
  );
}
