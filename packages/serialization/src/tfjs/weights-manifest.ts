import { FileError } from '@manabi/files';
import { isList, isObject, type Json, type JsonObject } from '../keras/json.ts';
import { parseJson } from '../keras/parse-json.ts';

/** How the elements of an array were quantized: `value = element · scale + min`. */
export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
}

/** Dtypes of arrays that are read. */
const DTYPES = ['float32', 'int32', 'bool'] as const;

/** Dtype of an array after it is read. */
export type ManifestDType = (typeof DTYPES)[number];

/** An array of the manifest. */
export interface ManifestArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ManifestDType;
  readonly quantization: Quantization | null;
}

/** Arrays that follow each other in the joined bytes of several files. */
export interface ManifestGroup {
  /** Paths of the files, relative to `model.json`. */
  readonly paths: readonly string[];
  readonly arrays: readonly ManifestArray[];
}

/**
 * Reads the weights manifest of a `model.json` of TensorFlow.js.
 *
 * @throws FileError `corrupt` for a missing or invalid manifest; `unsupported` for arrays of strings and complex numbers;
 * `refused` for paths that lead out of the folder
 */
export function readManifest(source: string, text: string): readonly ManifestGroup[] {
  const { weightsManifest } = parseJson(source, 'model.json', text);
  return listAt(source, 'weightsManifest', weightsManifest).map((group, i) => {
    const where = `weightsManifest[${i}]`;
    const { paths, weights } = objectAt(source, where, group);
    return {
      paths: listAt(source, `${where}.paths`, paths).map((path) => checkedPath(source, `${where}.paths`, path)),
      arrays: listAt(source, `${where}.weights`, weights).map((array, k) =>
        readArray(source, `${where}.weights[${k}]`, array),
      ),
    };
  });
}

function readArray(source: string, where: string, given: Json): ManifestArray {
  const { name, shape, dtype, quantization } = objectAt(source, where, given);
  if (typeof name !== 'string' || name === '') throw invalid(source, `${where}.name`, 'a text', name);
  const lengths = listAt(source, `${where}.shape`, shape).map((length) => {
    if (Number.isSafeInteger(length) && Number(length) >= 0) return Number(length);
    throw invalid(source, `${where}.shape`, 'a list of lengths', shape);
  });
  const known = DTYPES.find((known) => known === dtype);
  if (known === undefined) {
    throw new FileError(
      'unsupported',
      `Cannot read array '${name}' of ${source}: its dtype is ${String(dtype)}. Supported: ${DTYPES.join(', ')}.`,
      { data: { source, array: name, dtype: dtype ?? null } },
    );
  }
  return { name, shape: lengths, dtype: known, quantization: readQuantization(source, where, quantization) };
}

function readQuantization(source: string, where: string, given: Json | undefined): Quantization | null {
  if (given === undefined || given === null) return null;
  const { dtype, scale = 1, min = 0 } = objectAt(source, `${where}.quantization`, given);
  const known = (['uint8', 'uint16', 'float16'] as const).find((known) => known === dtype);
  if (known === undefined || typeof scale !== 'number' || typeof min !== 'number') {
    const expected = "a dtype of 'uint8', 'uint16' or 'float16', with numbers for scale and min";
    throw invalid(source, `${where}.quantization`, expected, given);
  }
  return { dtype: known, scale, min };
}

/** Accepts only paths of files in the folder of `model.json`, since the file may come from others. */
function checkedPath(source: string, where: string, path: Json): string {
  if (typeof path !== 'string' || path === '') throw invalid(source, where, 'a list of paths', path);
  const isInside = !/^[/\\]|^[a-z][a-z0-9+.-]*:/i.test(path) && !path.split(/[/\\]/).includes('..');
  if (isInside) return path;
  throw new FileError(
    'refused',
    `Cannot read ${source}: the path '${path}' of its weights leads out of its folder. Move the file into the folder, and ` +
      'correct the path in model.json.',
    { data: { source, path } },
  );
}

function listAt(source: string, where: string, value: Json | undefined): readonly Json[] {
  if (isList(value)) return value;
  throw invalid(source, where, 'a list', value);
}

function objectAt(source: string, where: string, value: Json): JsonObject {
  if (isObject(value)) return value;
  throw invalid(source, where, 'an object', value);
}

function invalid(source: string, where: string, expected: string, given: Json | undefined): FileError {
  const shown = given === undefined ? 'nothing' : JSON.stringify(given);
  return new FileError(
    'corrupt',
    `Cannot read ${source}: ${where} must be ${expected}; got ${shown.slice(0, 120)}. Check that it is a model.json of ` +
      'TensorFlow.js.',
    { data: { source, where, given: given ?? null } },
  );
}
