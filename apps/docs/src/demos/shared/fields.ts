import { h, type VNode } from 'vue';

/** A list of choices with a label. */
export function selectField<T extends string | number>(
  label: string,
  choices: readonly T[],
  value: T,
  choose: (value: T) => void,
): VNode {
  return h('label', { class: 'demo-field' }, [
    h('span', label),
    h(
      'select',
      {
        value: String(value),
        onChange: ({ target }: Event) => {
          const chosen = target instanceof HTMLSelectElement ? choices[target.selectedIndex] : undefined;
          if (chosen !== undefined) choose(chosen);
        },
      },
      choices.map((choice) => h('option', { value: String(choice) }, String(choice))),
    ),
  ]);
}

/** A number between two limits, with a label. */
export function rangeField(
  label: string,
  { min, max, step }: { readonly min: number; readonly max: number; readonly step: number },
  value: number,
  choose: (value: number) => void,
): VNode {
  return h('label', { class: 'demo-field' }, [
    h('span', `${label}: ${value}`),
    h('input', {
      type: 'range',
      min,
      max,
      step,
      value,
      onChange: ({ target }: Event) => {
        if (target instanceof HTMLInputElement) choose(target.valueAsNumber);
      },
    }),
  ]);
}

/** Something that is on or off, with a label. */
export function checkField(label: string, isOn: boolean, choose: (isOn: boolean) => void, disabled = false): VNode {
  return h('label', { class: 'demo-check' }, [
    h('input', {
      type: 'checkbox',
      checked: isOn,
      disabled,
      onChange: ({ target }: Event) => {
        if (target instanceof HTMLInputElement) choose(target.checked);
      },
    }),
    label,
  ]);
}

/** Fields that belong together, with a title. */
export function fieldGroup(title: string, fields: readonly (VNode | null)[]): VNode {
  return h('fieldset', { class: 'demo-group' }, [h('legend', title), ...fields]);
}
