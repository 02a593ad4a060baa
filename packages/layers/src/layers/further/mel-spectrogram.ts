import {
  add,
  log,
  matmul,
  max,
  maximum,
  mul,
  pad,
  power,
  slice,
  sqrt,
  square,
  stack,
  sub,
  swapaxes,
  type Tensor,
  tensor,
} from '@manabi/core';
import {
  boolean,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  positive,
  positiveInteger,
} from '@manabi/errors';
import { WINDOW_NAMES, type WindowName, windowSamples } from '../../initializers/windows.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** Options of the layer `melSpectrogram`. */
export interface MelSpectrogramOptions extends LayerOptions {
  /** Length of the Fourier transform (default: 2048). */
  readonly fftLength?: number;
  /** Distance between the starts of adjacent frames (default: 512). */
  readonly sequenceStride?: number;
  /** Number of samples of a frame, at most `fftLength` (default: null, `fftLength`). */
  readonly sequenceLength?: number | null;
  /** Name of the window (default: `'hann'`). */
  readonly window?: WindowName;
  /** Samples per second (default: 16000). */
  readonly samplingRate?: number;
  /** Number of bands (default: 128). */
  readonly numMelBins?: number;
  /** Lowest frequency in hertz (default: 20). */
  readonly minFreq?: number;
  /** Highest frequency in hertz (default: null, half of the sampling rate). */
  readonly maxFreq?: number | null;
  /** Whether powers are converted to decibels (default: true). */
  readonly powerToDb?: boolean;
  /** Largest difference to the highest value, in decibels (default: 80). */
  readonly topDb?: number;
  /** Exponent of magnitudes (default: 2). */
  readonly magExp?: number;
  /** Smallest power (default: 1e-10). */
  readonly minPower?: number;
  /** Power of 0 decibels (default: 1). */
  readonly refPower?: number;
}

const kinds = {
  fftLength: optional(positiveInteger, 2048),
  sequenceStride: optional(positiveInteger, 512),
  sequenceLength: optional(nullable(positiveInteger), null),
  window: optional(oneOf(...WINDOW_NAMES), 'hann'),
  samplingRate: optional(positive, 16_000),
  numMelBins: optional(positiveInteger, 128),
  minFreq: optional(number({ min: 0 }), 20),
  maxFreq: optional(nullable(positive), null),
  powerToDb: optional(boolean, true),
  topDb: optional(number(), 80),
  magExp: optional(number(), 2),
  minPower: optional(number(), 1e-10),
  refPower: optional(number(), 1),
} satisfies OwnKindsOf<MelSpectrogramOptions>;

function resolved(options: MelSpectrogramOptions) {
  const config = readLayerOptions(MelSpectrogram, options, kinds);
  const { fftLength, sequenceLength, maxFreq, samplingRate } = config;
  // Keras stores the values that it computes from the defaults.
  return {
    ...config,
    sequenceLength: sequenceLength ?? fftLength,
    maxFreq: maxFreq ?? Math.floor(samplingRate / 2),
  };
}

/** Layer created by `melSpectrogram`. */
export class MelSpectrogram extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'MelSpectrogram';

  constructor(options: MelSpectrogramOptions = {}) {
    super(options, resolved(options));
  }

  override call(x: Tensor): Tensor {
    const { fftLength, sequenceStride, magExp, powerToDb } = this.config;
    const half = Math.floor(fftLength / 2);
    const widths = x.shape.map((_, axis): [number, number] => (axis === x.rank - 1 ? [half, half] : [0, 0]));
    const frames = framesOf(pad(x, widths, { mode: 'reflect' }), fftLength, sequenceStride);
    const [real, imag] = this.#kernels().map((kernel) => matmul(frames, kernel));
    const magnitudes = sqrt(add(square(real), square(imag)));
    const bands = matmul(magExp === 1 ? magnitudes : power(magnitudes, magExp), this.#melMatrix());
    return swapaxes(powerToDb ? this.#decibels(bands) : bands, -1, -2);
  }

  /** Returns the real and imaginary parts of the windowed Fourier transform: [fftLength, frequencies]. */
  #kernels(): readonly Tensor[] {
    const { fftLength, sequenceLength, window } = this.config;
    const length = sequenceLength ?? fftLength;
    const before = Math.floor((fftLength - length) / 2);
    const samples = windowSamples(window, length, true);
    const frequencies = Math.floor(fftLength / 2) + 1;
    return [Math.cos, Math.sin].map((wave) =>
      tensor(
        Array.from({ length: fftLength }, (_, time) =>
          Array.from({ length: frequencies }, (_, k) => {
            const sample = samples[time - before] ?? 0;
            return sample * wave((-2 * Math.PI * ((time * k) % fftLength)) / fftLength);
          }),
        ),
      ),
    );
  }

  /** Returns the weights of frequencies in bands: triangles with equal widths on the mel scale. */
  #melMatrix(): Tensor {
    const { fftLength, numMelBins, samplingRate, minFreq, maxFreq } = this.config;
    const bins = Math.floor(fftLength / 2);
    const [low, high] = [mel(minFreq), mel(maxFreq ?? Math.floor(samplingRate / 2))];
    const edge = (i: number): number => low + ((high - low) * i) / (numMelBins + 1);
    const row = (k: number): number[] => {
      const at = mel(((samplingRate / 2) * k) / bins);
      return Array.from({ length: numMelBins }, (_, band) => {
        const [from, center, to] = [edge(band), edge(band + 1), edge(band + 2)];
        // The lowest frequency belongs to no band.
        return k === 0 ? 0 : Math.max(0, Math.min((at - from) / (center - from), (to - at) / (to - center)));
      });
    };
    return tensor(Array.from({ length: bins + 1 }, (_, k) => row(k)));
  }

  #decibels(bands: Tensor): Tensor {
    const { minPower, refPower, topDb } = this.config;
    const reference = 10 * Math.log10(Math.max(Math.abs(refPower), minPower));
    const values = sub(mul(log(maximum(bands, minPower)), 10 * Math.LOG10E), reference);
    return maximum(values, sub(max(values), topDb));
  }
}

/** Converts a frequency in hertz to the mel scale. */
function mel(frequency: number): number {
  return 1127 * Math.log(1 + frequency / 700);
}

/** Returns the frames along the last axis: [..., frames, length]. */
function framesOf(x: Tensor, length: number, stride: number): Tensor {
  const total = x.shape[x.rank - 1];
  const starts = Array.from({ length: 1 + Math.floor((total - length) / stride) }, (_, i) => i * stride);
  const lead = x.shape.slice(0, -1);
  return stack(
    starts.map((start) => slice(x, [...lead.map(() => 0), start], [...lead, length])),
    -2,
  );
}

/**
 * Creates a layer that computes mel spectrograms of signals [batch, length], or of one signal. Returns
 * [batch, numMelBins, frames].
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { melSpectrogram } from '@manabi/layers/further';
 * import { ones } from 'manabi';
 *
 * const layer = melSpectrogram({ fftLength: 64, sequenceStride: 32, numMelBins: 8 });
 * console.log(layer.apply(ones([1, 256])).shape); // [1, 8, 9]
 * ```
 */
export function melSpectrogram(options: MelSpectrogramOptions = {}): MelSpectrogram {
  return new MelSpectrogram(options);
}
