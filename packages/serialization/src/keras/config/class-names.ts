import { didYouMean, nearestNames } from '@manabi/errors/internal';
import type { FileError } from '@manabi/files';
import { layerTable, registeredLayerClass, type SavedAs } from '@manabi/layers/classes';
import { isObject } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

/** Class found for a config, and the name under which to save it again. */
export interface FoundClass {
  readonly className: string;
  readonly savedAs: SavedAs;
}

/**
 * Returns the full name and the module of a custom class or function in a config, which are written again when the
 * model is saved.
 */
export function savedAsOf(part: ConfigPart): SavedAs {
  if (!isForeign(part)) return {};
  const module = part.optional('module')?.text();
  return { className: registeredName(part), ...(module === undefined ? {} : { module }) };
}

/**
 * Finds the class for a config. Custom classes are found by the name that they are registered under, with or without a Keras
 * package: `Custom>Scale` matches a class registered as `Custom>Scale` or as `Scale`. A custom class never matches a class
 * of Keras, whatever its name.
 *
 * @throws FileError `unsupported` for an unknown class, with the nearest names
 */
export function findClass(part: ConfigPart): FoundClass {
  const name = registeredName(part);
  const config = part.field('config').value;
  const isGraph = isObject(config) && 'input_layers' in config;
  if (isForeign(part)) {
    const savedAs = savedAsOf(part);
    if (registeredLayerClass(name) !== undefined) return { className: name, savedAs };
    if (layerTable.row(name)?.notInKeras === true) return { className: name, savedAs: {} };
    if (isGraph) return { className: 'Functional', savedAs };
    throw unknownClass(part, name);
  }
  if (registeredLayerClass(name) !== undefined) return { className: name, savedAs: {} };
  const row = name === 'Model' ? undefined : layerTable.row(name);
  if (row !== undefined) return { className: row.className, savedAs: {} };
  if (isGraph) return { className: 'Functional', savedAs: {} };
  throw unknownClass(part, name);
}

/** Returns the class name of a config; for a custom class, the name registered in Python, with its package. */
export function registeredName(part: ConfigPart): string {
  const given = part.field('class_name').text('the name of a class');
  return isForeign(part) ? (part.optional('registered_name')?.text() ?? given) : given;
}

/** Reports whether a config belongs to a class that is not part of Keras. */
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
    `unknown layer '${name}'. ${didYouMean(name, names)} Register custom classes before loading: register('layer', ` +
      `'${name}', …).`,
    {
      className: name,
      registeredName: part.optional('registered_name')?.text() ?? null,
      nearest: nearestNames(name, names),
    },
  );
}
