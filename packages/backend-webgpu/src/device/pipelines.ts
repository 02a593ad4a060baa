import { ManabiError } from '@manabi/errors';
import { computeStage } from './flags.ts';

/** Kind of a shader binding: a read-only storage buffer, a writable one, or a uniform buffer with a dynamic offset. */
export type BindingKind = 'r' | 'w' | 'u';

const bufferTypes: { readonly [K in BindingKind]: GPUBufferBindingLayout } = {
  r: { type: 'read-only-storage' },
  w: { type: 'storage' },
  u: { type: 'uniform', hasDynamicOffset: true },
};

/** A compute pipeline and the layout of its bindings. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Largest number of pipelines in the cache, so that programs with ever new shapes use bounded memory. */
const MOST_PIPELINES = 1024;

/**
 * Compiles shaders on a device, and caches the most recently used pipelines, so that equal shaders are compiled only once.
 */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines = new Map<string, Promise<Pipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * Compiles a shader. If a shader with the same code and bindings was compiled before, returns its pipeline.
   *
   * @param kinds kind of each binding of the shader, in the order of their numbers
   * @throws ManabiError `backend` if the driver rejects the shader; the error's data contains its name and code
   */
  compile(name: string, code: string, kinds: readonly BindingKind[]): Promise<Pipeline> {
    const key = `${kinds.join('')}\n${code}`;
    const known = this.#pipelines.get(key);
    const pipeline = known ?? this.#create(name, code, this.#layoutOf(kinds));
    // A map lists its keys in the order in which they were added: the least recently used one comes first.
    this.#pipelines.delete(key);
    this.#pipelines.set(key, pipeline);
    if (known !== undefined) return known;
    pipeline.catch(() => this.#pipelines.delete(key));
    if (this.#pipelines.size > MOST_PIPELINES) {
      const [oldest] = this.#pipelines.keys();
      this.#pipelines.delete(oldest);
    }
    return pipeline;
  }

  async #create(name: string, code: string, layout: GPUBindGroupLayout): Promise<Pipeline> {
    const device = this.#device;
    // An invalid module makes the pipeline fail, whose error is thrown below.
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code, label: name });
    device.popErrorScope().catch(() => {});
    try {
      const pipeline = await device.createComputePipelineAsync({
        label: name,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      return { pipeline, layout };
    } catch (error) {
      const { messages } = await module.getCompilationInfo();
      const details = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('; ');
      const reason = details !== '' ? details : error instanceof Error ? error.message : String(error);
      throw new ManabiError(
        'backend',
        `The GPU driver cannot compile the shader of ${name}. Use the backend "cpu", and report this as a bug of manabi. ` +
          `Reason: ${reason}`,
        { op: 'webgpu', data: { name, code, reason }, cause: error },
      );
    }
  }

  #layoutOf(kinds: readonly BindingKind[]): GPUBindGroupLayout {
    const key = kinds.join('');
    const known =
      this.#layouts.get(key) ??
      this.#device.createBindGroupLayout({
        entries: kinds.map((kind, binding) => ({ binding, visibility: computeStage, buffer: bufferTypes[kind] })),
      });
    this.#layouts.set(key, known);
    return known;
  }
}
