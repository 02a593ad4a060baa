/** Style of the page, in light and dark. */
export const style = `
:root { color-scheme: light dark; --line: #8886; --accent: light-dark(#0b57d0, #8ab4f8); }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
h1 { overflow-wrap: anywhere; }
a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: left; white-space: nowrap; }
.scroll { overflow-x: auto; }
textarea, pre { box-sizing: border-box; width: 100%; font: 14px/1.4 ui-monospace, monospace; border: 1px solid var(--line); border-radius: .3rem; padding: .5rem; }
pre { min-height: 3rem; max-height: 24rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
button { font: inherit; padding: .3rem 1.2rem; }
`;

/** Script of the page: fills in an example, sends requests and shows responses. */
export const script = `
const form = document.getElementById('form');
const body = document.getElementById('body');
const image = document.getElementById('image');
const answer = document.getElementById('answer');
const state = document.getElementById('state');
const { text, inputs } = JSON.parse(form.dataset.example);
const filled = ([length, ...rest], zero) =>
  length === undefined ? zero : Array.from({ length }, () => filled(rest, zero));
const sample = () =>
  text !== undefined
    ? text
    : inputs.length === 1
      ? filled(inputs[0].shape, inputs[0].zero)
      : Object.fromEntries(inputs.map(({ name, shape, zero }) => [name, filled(shape, zero)]));
body.value = JSON.stringify({ instances: [sample()] });
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const file = image?.files[0];
  state.textContent = 'Sending …';
  const started = performance.now();
  try {
    const response = await fetch(form.dataset.predict, {
      method: 'POST',
      headers: { 'content-type': file ? file.type : 'application/json' },
      body: file ?? body.value,
    });
    answer.textContent = await response.text();
    state.textContent = response.status + ' in ' + Math.round(performance.now() - started) + ' ms';
  } catch (error) {
    state.textContent = String(error);
  }
});
`;
