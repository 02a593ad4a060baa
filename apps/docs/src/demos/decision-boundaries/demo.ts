import { defineComponent, h, ref, shallowRef } from 'vue';
import { chart } from '../../plots/chart.ts';
import type { Point } from '../../plots/thin.ts';
import { DemoFrame } from '../shared/demo-frame.ts';
import { checkField, selectField } from '../shared/fields.ts';
import { useCanvas } from '../shared/use-canvas.ts';
import { useDemo } from '../shared/use-demo.ts';
import './decision-boundaries.css';
import { drawNetwork, drawPlane } from './draw-network.ts';
import type { Input, Output, Settings } from './messages.ts';
import { defaults, settingsView } from './settings-view.ts';
import { weightTables } from './weight-tables.ts';

/** A network that learns to tell the classes of points apart, with all its units and weights. */
export const DecisionBoundaries = defineComponent(() => {
  const settings = shallowRef<Settings>(defaults);
  const output = shallowRef<Output | null>(null);
  /** The unit whose outputs the square shows. */
  const shown = ref('output');
  const showsTest = ref(false);
  const showsWeights = ref(false);
  let losses: { train: Point[]; test: Point[] } = { train: [], test: [] };

  const network = useCanvas((drawing) => {
    const { features, hidden } = settings.value;
    const { weights = [], maps = [] } = output.value ?? {};
    drawNetwork(drawing, { features, units: [...hidden, 1], weights, maps });
  });
  const boundary = useCanvas((drawing) => {
    const { maps = [], train = [], test = [] } = output.value ?? {};
    const [layer, unit] = shownUnit();
    const isOutput = layer === maps.length - 1;
    drawPlane(drawing, maps[layer]?.[unit], isOutput, train, showsTest.value ? test : []);
  });
  /** Names of all units, the output first. */
  const units = () => [
    'output',
    ...settings.value.hidden.flatMap((count, i) =>
      Array.from({ length: count }, (_, j) => `layer ${i + 1}, unit ${j + 1}`),
    ),
  ];
  /** Returns the layer and the unit whose outputs are shown: those of the network if the chosen unit is gone. */
  function shownUnit(): readonly [number, number] {
    const { hidden } = settings.value;
    const [, layer, unit] = /(\d+), unit (\d+)/.exec(shown.value) ?? [];
    const isThere = layer !== undefined && Number(unit) <= (hidden[Number(layer) - 1] ?? 0);
    return isThere ? [Number(layer) - 1, Number(unit) - 1] : [hidden.length, 0];
  }
  const redraw = () => {
    network.redraw();
    boundary.redraw();
  };

  const controls = useDemo<Input, Output>({
    name: 'decision-boundaries',
    operations: 1e4,
    initial: () => [settings.value],
    show: (next) => {
      if (next.epoch < (output.value?.epoch ?? 0) || next.epoch === 0) losses = { train: [], test: [] };
      losses.train.push([next.epoch, next.loss.train]);
      losses.test.push([next.epoch, next.loss.test]);
      output.value = next;
      redraw();
    },
    clear: () => {
      output.value = null;
      redraw();
    },
  });

  function change(changes: Partial<Settings>): void {
    settings.value = { ...settings.value, ...changes };
    controls.restart(settings.value);
    redraw();
  }

  const percent = (part: number) => `${Math.round(100 * part)} %`;
  function summary(): string {
    if (output.value === null) return 'Not trained yet.';
    const { epoch, loss, accuracy } = output.value;
    return (
      `Epoch ${epoch}. Loss: ${loss.train.toFixed(3)} on the training points, ${loss.test.toFixed(3)} on the test points. ` +
      `Accuracy: ${percent(accuracy.train)} and ${percent(accuracy.test)}.`
    );
  }
  function networkLabel(): string {
    const { features, hidden } = settings.value;
    return `Network with ${[features.length, ...hidden, 1].join(', ')} units. The weights are listed under Weights.`;
  }
  function lossChart(): string {
    if (output.value === null) return '';
    const curves = [
      { label: 'training', points: losses.train },
      { label: 'test', points: losses.test },
    ];
    return chart('Loss', curves, { step: 'epoch', values: 'Values' });
  }

  return () =>
    h(DemoFrame, { title: 'Decision boundaries', controls }, () => [
      h('div', { class: 'boundary-views' }, [
        h('figure', { class: 'boundary-plane' }, [
          h('figcaption', 'The class of each point'),
          h('canvas', { ref: boundary.canvas, role: 'img', 'aria-label': `Points of two classes. ${summary()}` }),
          selectField('Show', units(), units().includes(shown.value) ? shown.value : 'output', (unit) => {
            shown.value = unit;
            boundary.redraw();
          }),
          checkField('Show test points', showsTest.value, (isOn) => {
            showsTest.value = isOn;
            boundary.redraw();
          }),
          h('p', { class: 'demo-summary' }, summary()),
        ]),
        h('figure', { class: 'boundary-network' }, [
          h('figcaption', 'Features, hidden layers and output'),
          h('canvas', { ref: network.canvas, role: 'img', 'aria-label': networkLabel() }),
        ]),
        h('div', { class: 'boundary-loss', innerHTML: lossChart() }),
      ]),
      settingsView(settings.value, change),
      h(
        'details',
        {
          onToggle: ({ target }: Event) => {
            showsWeights.value = target instanceof HTMLDetailsElement && target.open;
          },
        },
        [
          h('summary', 'Weights'),
          showsWeights.value && output.value !== null
            ? weightTables(settings.value.features, output.value.weights)
            : h('p', 'Start the training to see the weights.'),
        ],
      ),
    ]);
});
