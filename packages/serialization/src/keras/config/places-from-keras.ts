import { isList, isObject, type Json } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

/** Where a tensor comes from: the layer, which of its calls, which of the outputs. */
export type Place = readonly [layer: string, call: number, output: number];

/** One tensor, or several. */
export type Places = Place | readonly Place[];

/** Whether it is one tensor. */
export function isPlace(value: Places): value is Place {
  return value.length === 3 && typeof value[0] === 'string';
}

/**
 * Reads which tensors of a graph a part of the config refers to.
 *
 * @throws FileError `corrupt` for anything else
 */
export function placesOf(part: ConfigPart): Places {
  const { value } = part;
  if (isList(value)) {
    const items = part.list();
    if (isPlaceList(value)) return placeOf(items);
    return items.flatMap((item): readonly Place[] => {
      const places = placesOf(item);
      return isPlace(places) ? [places] : places;
    });
  }
  const expected = 'a tensor: [layer, call, output]';
  if (!isObject(value)) throw part.wrong(expected);
  if (value.class_name === '__keras_tensor__') {
    const history = part.field('config').field('keras_history');
    const items = history.list(expected);
    if (items.length !== 3) throw history.wrong(expected);
    return placeOf(items);
  }
  if ('class_name' in value) throw part.wrong(expected);
  // A record of tensors: Keras sorts them by name.
  const sorted = Object.keys(value).sort();
  return sorted.flatMap((name): readonly Place[] => {
    const places = placesOf(part.field(name));
    return isPlace(places) ? [places] : places;
  });
}

/** Whether a list is one tensor, and not a list of them: it begins with the name of a layer. */
function isPlaceList(value: readonly Json[]): boolean {
  return value.length === 3 && typeof value[0] === 'string' && !isList(value[1]);
}

function placeOf([layer, call, output]: readonly ConfigPart[]): Place {
  return [layer.text('the name of a layer'), indexOf(call), indexOf(output)];
}

function indexOf(part: ConfigPart): number {
  const expected = 'an integer from 0';
  const value = part.number(expected);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw part.wrong(expected);
}
