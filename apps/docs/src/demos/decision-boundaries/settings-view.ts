import { h, type VNode } from 'vue';
import { checkField, fieldGroup, rangeField, selectField } from '../shared/fields.ts';
import { datasetNames, featureNames, type Settings } from './messages.ts';

const MOST_LAYERS = 4;
const MOST_UNITS = 8;

/** The settings at the start. */
export const defaults: Settings = {
  dataset: 'circle',
  noise: 0,
  features: ['x₁', 'x₂'],
  hidden: [4, 2],
  activation: 'tanh',
  optimizer: 'adam',
  learningRate: 0.03,
  batchSize: 10,
  regularization: 'none',
  regularizationRate: 0.001,
  seed: 1,
};

/** Draws the controls of all settings. */
export function settingsView(settings: Settings, change: (changes: Partial<Settings>) => void): VNode {
  const { features } = settings;
  return h('div', { class: 'boundary-settings' }, [
    fieldGroup('Data', [
      selectField('Dataset', datasetNames, settings.dataset, (dataset) => change({ dataset })),
      rangeField('Noise', { min: 0, max: 0.5, step: 0.05 }, settings.noise, (noise) => change({ noise })),
      h('button', { type: 'button', onClick: () => change({ seed: settings.seed + 1 }) }, 'New points'),
    ]),
    fieldGroup(
      'Features',
      featureNames.map((name) =>
        checkField(
          name,
          features.includes(name),
          (isOn) =>
            change({ features: featureNames.filter((each) => (each === name ? isOn : features.includes(each))) }),
          // A network needs an input.
          features.length === 1 && features[0] === name,
        ),
      ),
    ),
    hiddenLayers(settings.hidden, (hidden) => change({ hidden })),
    fieldGroup('Training', [
      selectField('Activation', ['tanh', 'relu', 'sigmoid', 'linear'], settings.activation, (activation) =>
        change({ activation }),
      ),
      selectField('Optimizer', ['adam', 'sgd'], settings.optimizer, (optimizer) => change({ optimizer })),
      selectField('Learning rate', [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], settings.learningRate, (learningRate) =>
        change({ learningRate }),
      ),
      selectField('Batch size', [1, 5, 10, 20, 50, 200], settings.batchSize, (batchSize) => change({ batchSize })),
      selectField('Regularization', ['none', 'l1', 'l2'], settings.regularization, (regularization) =>
        change({ regularization }),
      ),
      settings.regularization === 'none'
        ? null
        : selectField(
            `Rate of ${settings.regularization}`,
            [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1],
            settings.regularizationRate,
            (regularizationRate) => change({ regularizationRate }),
          ),
    ]),
  ]);
}

function hiddenLayers(hidden: readonly number[], change: (hidden: readonly number[]) => void): VNode {
  const button = (text: string, label: string, disabled: boolean, click: () => void) =>
    h('button', { type: 'button', 'aria-label': label, disabled, onClick: click }, text);
  const units = (layer: number, difference: number) =>
    change(hidden.map((count, i) => (i === layer ? count + difference : count)));
  return fieldGroup('Hidden layers', [
    ...hidden.map((count, i) =>
      h('div', { class: 'boundary-layer', role: 'group', 'aria-label': `Layer ${i + 1}` }, [
        button('−', `Fewer units in layer ${i + 1}`, count === 1, () => units(i, -1)),
        h('span', `${count} ${count === 1 ? 'unit' : 'units'}`),
        button('+', `More units in layer ${i + 1}`, count === MOST_UNITS, () => units(i, 1)),
      ]),
    ),
    h('div', { class: 'boundary-layer' }, [
      button('Remove layer', 'Remove layer', hidden.length === 0, () => change(hidden.slice(0, -1))),
      button('Add layer', 'Add layer', hidden.length === MOST_LAYERS, () => change([...hidden, 4])),
    ]),
  ]);
}
