import {
  add,
  arctan2,
  concatenate,
  conv,
  log,
  maximum,
  pad,
  reshape,
  slice,
  sqrt,
  square,
  type Tensor,
  transpose,
} from '@manabi/core';
import {
  anyOf,
  boolean,
  listOf,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
} from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type StftOptions, stft } from '../../initializers/stft.ts';
import { WINDOW_NAMES } from '../../initializers/windows.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { Variable } from '../../variables/variable.ts';

/** Options of the layer `stftSpectrogram`. */
export interface StftSpectrogramOptions extends LayerOptions {
  /** What the layer returns (default: `'log'`, the logarithm of magnitudes). */
  readonly mode?: 'log' | 'magnitude' | 'psd' | 'real' | 'imag' | 'angle' | 'stft';
  /** Number of samples of a frame (default: 256). */
  readonly frameLength?: number;
  /** Distance between the starts of adjacent frames (default: null, half a frame). */
  readonly frameStep?: number | null;
  /** Length of the Fourier transform (default: null, the next power of two). */
  readonly fftLength?: number | null;
  /** Window: a name, one number per sample of a frame, or null for none (default: `'hann'`). */
  readonly window?: StftOptions['window'];
  /** Whether a named window is periodic rather than symmetric (default: false). */
  readonly periodic?: boolean;
  /** Scaling of the window (default: `'density'`). */
  readonly scaling?: StftOptions['scaling'];
  /** Padding (default: `'valid'`). */
  readonly padding?: 'valid' | 'same';
  /** Whether frequencies and channels are separate axes (default: false). */
  readonly expandDims?: boolean;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: 'channelsLast' | 'channelsFirst';
}

const kinds = {
  mode: optional(oneOf('log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft'), 'log'),
  frameLength: optional(positiveInteger, 256),
  frameStep: optional(nullable(positiveInteger), null),
  fftLength: optional(nullable(positiveInteger), null),
  window: optional(nullable(anyOf(oneOf(...WINDOW_NAMES), listOf(number(), { min: 1 }))), 'hann'),
  periodic: optional(boolean, false),
  scaling: optional(nullable(oneOf('density', 'spectrum')), 'density'),
  padding: optional(oneOf('valid', 'same'), 'valid'),
  expandDims: optional(boolean, false),
  dataFormat: optional(oneOf('channelsLast', 'channelsFirst'), 'channelsLast'),
} satisfies OwnKindsOf<StftSpectrogramOptions>;

/** Smallest value of magnitudes, as in Keras. */
const EPSILON = 1e-7;

/** Layer created by `stftSpectrogram`. Weights: `real_kernel` and `imag_kernel` [frameLength, 1, frequencies]. */
export class STFTSpectrogram extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'STFTSpectrogram';
  realKernel?: Variable;
  imagKernel?: Variable;

  constructor(options: StftSpectrogramOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = { rank: 3 };
  }

  override build(): void {
    const { frameLength, fftLength, mode, window, scaling, periodic } = this.config;
    const length = fftLength ?? 2 ** Math.ceil(Math.log2(frameLength));
    const shape = [frameLength, 1, Math.floor(length / 2) + 1];
    const kernel = (side: 'real' | 'imag'): Variable =>
      this.addWeight({ name: `${side}_kernel`, shape, initializer: stft({ side, window, scaling, periodic }) });
    if (mode !== 'imag') this.realKernel = kernel('real');
    if (mode !== 'real') this.imagKernel = kernel('imag');
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { mode, dataFormat } = this.config;
    const channelsFirst = dataFormat === 'channelsFirst' ? x : transpose(x, [0, 2, 1]);
    const part = (kernel: Variable | undefined): Tensor => this.#filtered(channelsFirst, context.read(kernel));
    if (mode === 'real') return this.#arranged(part(this.realKernel));
    if (mode === 'imag') return this.#arranged(part(this.imagKernel));
    const [real, imag] = [part(this.realKernel), part(this.imagKernel)];
    if (mode === 'angle') return this.#arranged(arctan2(imag, real));
    if (mode === 'stft') return this.#arranged(concatenate([real, imag], 2));
    const power = add(square(real), square(imag));
    if (mode === 'psd') return this.#arranged(add(power, withoutEnds(power)));
    const magnitudes = this.#arranged(sqrt(maximum(power, EPSILON)));
    return mode === 'magnitude' ? magnitudes : log(maximum(magnitudes, EPSILON));
  }

  /** Returns the frequencies of each frame: [batch, channels, frequencies, frames]. */
  #filtered(x: Tensor, kernel: Tensor): Tensor {
    const { frameLength, frameStep, padding } = this.config;
    const [batch, channels, length] = x.shape;
    const strides = frameStep ?? Math.max(1, Math.floor(frameLength / 2));
    const filters = transpose(kernel, [2, 1, 0]);
    const result = conv(reshape(x, [batch * channels, 1, length]), filters, { strides, padding });
    return reshape(result, [batch, channels, filters.shape[0], result.shape[2]]);
  }

  /** Orders the axes of a result [batch, channels, frequencies, frames] as the options say. */
  #arranged(x: Tensor): Tensor {
    const { dataFormat, expandDims } = this.config;
    const isLast = dataFormat === 'channelsLast';
    if (expandDims) return transpose(x, isLast ? [0, 3, 2, 1] : [0, 1, 3, 2]);
    const [batch, channels, frequencies, frames] = x.shape;
    const joined = reshape(x, [batch, channels * frequencies, frames]);
    return isLast ? transpose(joined, [0, 2, 1]) : joined;
  }
}

/** Returns an array with zeros at the lowest and highest frequency. */
function withoutEnds(x: Tensor): Tensor {
  const [batch, channels, frequencies, frames] = x.shape;
  const inner = slice(x, [0, 0, 1, 0], [batch, channels, Math.max(0, frequencies - 2), frames]);
  return pad(inner, [
    [0, 0],
    [0, 0],
    [1, 1],
    [0, 0],
  ]);
}

/**
 * Creates a layer that computes spectrograms of signals [batch, length, channels] by a short-time Fourier transform, whose
 * kernels are weights. Returns [batch, frames, channels · frequencies].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { stftSpectrogram } from '@manabi/layers/further';
 * import { ones } from 'manabi';
 *
 * const layer = stftSpectrogram({ frameLength: 16, frameStep: 8 });
 * console.log(layer.apply(ones([1, 64, 1])).shape); // [1, 7, 9]
 * ```
 */
export function stftSpectrogram(options: StftSpectrogramOptions = {}): STFTSpectrogram {
  return new STFTSpectrogram(options);
}
