import {
  add,
  type CallContext,
  Layer,
  type LayerOptions,
  layers,
  loadModel,
  mul,
  type PartialShape,
  register,
  saveModelBytes,
  sequential,
  type Tensor,
  type Variable,
} from 'manabi';

interface AffineOptions extends LayerOptions {
  readonly startAt?: number;
}

/** Multiplies and shifts each feature. */
class Affine extends Layer<{ readonly startAt: number }> {
  static override readonly className = 'Affine'; // unaffected by minification
  scale?: Variable;
  offset?: Variable;

  constructor(options: AffineOptions = {}) {
    // Options of all layers (name, dtype, inputShape, …), then those of this layer: this.config, which is saved.
    super(options, { startAt: options.startAt ?? 1 });
  }

  override build(inputShape: PartialShape): void {
    const shape = [inputShape[inputShape.length - 1] ?? 1];
    const initializer = { className: 'Constant', config: { value: this.config.startAt } };
    this.scale = this.addWeight({ name: 'scale', shape, initializer });
    this.offset = this.addWeight({ name: 'offset', shape, initializer: 'zeros' });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    if (this.scale === undefined || this.offset === undefined) return x; // never true after build
    return add(mul(x, context.read(this.scale)), context.read(this.offset));
  }
}
register('layer', 'Affine', Affine); // allows models with this layer to be saved and loaded

const model = sequential([new Affine({ startAt: 2, inputShape: [3] }), layers.dense({ units: 1 })]);
model.summary();

const x = [[1, 2, 3]];
const loaded = await loadModel(await saveModelBytes(model));
const [before, after] = [await model.predict(x), await loaded.predict(x)];
console.log('the same after saving:', (await before.item()) === (await after.item()));
