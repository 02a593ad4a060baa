import { ManabiError } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { type HostArray, hostArray } from '@manabi/ir';
import { arrayOf } from '../columns.ts';
import { describeValue } from '../structure.ts';

/** Rows of features: a host array, a typed array of one feature, or nested arrays. The last axis contains the features. */
export type Features = HostArray | Float32Array | readonly number[] | readonly (readonly number[])[];

/** Scaler in a form for JSON. */
export interface ScalerJson {
  readonly kind: 'standardScaler' | 'minMaxScaler' | 'robustScaler';
  /** Value of each feature that becomes `offset`. */
  readonly center: readonly number[];
  /** Number by which each feature is divided. */
  readonly scale: readonly number[];
  /** Number that is added to scaled features. */
  readonly offset: number;
  /** Interval to which scaled features are limited, or null. */
  readonly clip: readonly [number, number] | null;
}

/** Scales each feature: `(x - center) / scale + offset`. */
export interface Scaler {
  /** Value of each feature that becomes 0 (for `minMaxScaler`, the start of the range). */
  readonly center: readonly number[];
  /** Number by which each feature is divided. */
  readonly scale: readonly number[];
  /**
   * Scales features; NaN stays NaN.
   *
   * @returns float32 array of the same shape
   * @throws ManabiError `shape` for another number of features
   */
  transform(features: Features): HostArray;
  /** Reverses `transform`. */
  inverseTransform(features: Features): HostArray;
  /** Returns the scaler in a form for JSON, which `scalerFromJson` reads. */
  toJSON(): ScalerJson;
}

/** Creates a scaler from its numbers. */
export function makeScaler(json: ScalerJson): Scaler {
  const { kind, center, scale, offset, clip } = json;
  const each = (op: string, features: Features, compute: (x: number, feature: number) => number): HostArray => {
    const { shape, data } = arrayOf(op, 'features', features);
    const count = featureCount(shape);
    if (count !== center.length) {
      throw new ManabiError(
        'shape',
        `The scaler has ${center.length} features; got an array with ${count}, of shape [${shape.join(', ')}].`,
        { op, data: { expected: center.length, shape } },
      );
    }
    return hostArray(
      'float32',
      shape,
      Float32Array.from(data, (x, i) => compute(x, i % count)),
    );
  };
  const limited = (x: number): number => (clip === null ? x : Math.min(Math.max(x, clip[0]), clip[1]));
  return {
    center,
    scale,
    transform: (features) => each('transform', features, (x, i) => limited((x - center[i]) / scale[i] + offset)),
    inverseTransform: (features) => each('inverseTransform', features, (x, i) => (x - offset) * scale[i] + center[i]),
    toJSON: () => ({ kind, center: [...center], scale: [...scale], offset, clip }),
  };
}

function featureCount(shape: readonly number[]): number {
  return shape.length === 1 ? 1 : shape[shape.length - 1];
}

/**
 * Returns the values of each feature, without NaN.
 *
 * @throws ManabiError `data` for infinite values, or a feature without values
 */
export function valuesByFeature(op: string, features: Features): readonly Float64Array[] {
  const { shape, data } = arrayOf(op, 'features', features);
  const count = featureCount(shape);
  const infinite = data.findIndex((x) => x === Infinity || x === -Infinity);
  if (infinite >= 0) {
    throw new ManabiError('data', `Feature ${infinite % count} is infinite in row ${Math.floor(infinite / count)}.`, {
      op,
      data: { feature: infinite % count, row: Math.floor(infinite / count) },
    });
  }
  return Array.from({ length: count }, (_, feature) => {
    const values = Float64Array.from({ length: data.length / count }, (_, row) => data[row * count + feature]);
    const known = values.filter((x) => !Number.isNaN(x));
    if (known.length > 0) return known;
    throw new ManabiError('data', `Feature ${feature} has no values to fit the scaler to.`, { op, data: { feature } });
  });
}

/** Returns 1 for a scale that rounding alone could cause, as of a constant feature. */
export function nonzero(scale: number): number {
  return scale < 10 * Number.EPSILON ? 1 : scale;
}

const KINDS = ['standardScaler', 'minMaxScaler', 'robustScaler'] as const;

/**
 * Restores a scaler from the result of `JSON.stringify(scaler)`, or of `scaler.toJSON()`.
 *
 * @throws ManabiError `argument` for other text or objects
 * @example
 * ```ts
 * import { scalerFromJson, standardScaler } from '@manabi/data';
 *
 * const scaler = standardScaler([[1], [3]]);
 * const restored = scalerFromJson(JSON.stringify(scaler));
 * console.log([...restored.transform([[5]]).data]); // [3]
 * ```
 */
export function scalerFromJson(json: string | ScalerJson): Scaler {
  const content = parsedJson('scalerFromJson', json);
  if (!isPlainObject(content)) throw wrongJson('scalerFromJson', 'a scaler', content);
  const { kind, center, scale, offset, clip } = content;
  const known = KINDS.find((name) => name === kind);
  const isValid = isNumbers(center) && isNumbers(scale) && center.length === scale.length && typeof offset === 'number';
  if (known === undefined || !isValid || !(clip === null || isPair(clip)) || scale.includes(0))
    throw wrongJson('scalerFromJson', 'a scaler', content);
  return makeScaler({ kind: known, center, scale, offset, clip });
}

/** Parses text; returns other values as they are. */
export function parsedJson(op: string, json: unknown): unknown {
  if (typeof json !== 'string') return json;
  try {
    return JSON.parse(json);
  } catch {
    throw wrongJson(op, 'JSON', json);
  }
}

/** Returns the error for JSON that does not describe what is expected. */
export function wrongJson(op: string, expected: string, content: unknown): ManabiError {
  return new ManabiError(
    'argument',
    `\`json\` must be ${expected} as JSON.stringify() writes it; got ${describeValue(content)}.`,
    { op, data: { name: 'json' } },
  );
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === 'number');
}

function isPair(value: unknown): value is readonly [number, number] {
  return isNumbers(value) && value.length === 2;
}
