/** Colours of a theme, as custom properties. */
const light = `
--background: #ffffff; --panel: #f6f7f9; --text: #1b1f24; --muted: #57606a; --border: #d0d7de; --grid: #e3e7ec;
--accent: #0b5cad; --wrong: #b3261e; --right: #1a6b3c;
--c0: #0b5cad; --c1: #b3470b; --c2: #1a6b3c; --c3: #7a3db8; --c4: #a3195b; --c5: #5f5a00; --c6: #006a75; --c7: #5c5c5c;`;

const dark = `
--background: #14171c; --panel: #1c2027; --text: #e6e9ee; --muted: #a3adba; --border: #3b434e; --grid: #2a3039;
--accent: #6cb2ff; --wrong: #ff8a80; --right: #6fd394;
--c0: #6cb2ff; --c1: #ffa76b; --c2: #6fd394; --c3: #c79bff; --c4: #ff8fbe; --c5: #d9cf5b; --c6: #5fd3df; --c7: #b8b8b8;`;

const series = Array.from({ length: 8 }, (_, i) => `.colour-${i} { --colour: var(--c${i}); }`).join('\n');

/** Style sheet of the view, within its shadow root. */
export const styles = `
:host { display: block; color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :host { ${dark} } }
:host([data-theme='light']) { color-scheme: light; ${light} }
:host([data-theme='dark']) { color-scheme: dark; ${dark} }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.page { background: var(--background); color: var(--text); font: 15px/1.5 system-ui, sans-serif; padding: 1rem clamp(0.75rem, 3vw, 2rem) 2rem; min-height: 100%; }
h1 { font-size: 1.25rem; margin: 0 0 0.5rem; }
h2 { font-size: 1.05rem; margin: 0 0 0.5rem; }
p { margin: 0 0 0.75rem; color: var(--muted); }
section { margin-top: 1.75rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.heading { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; }
.status { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; min-height: 2.5rem; }
.status strong { padding: 0.1rem 0.6rem; border: 1px solid currentColor; border-radius: 1rem; color: var(--accent); }
.status strong[data-state='finished'] { color: var(--right); }
.status strong[data-state='failed'], .status strong[data-state='lost'] { color: var(--wrong); }
.status span { font-variant-numeric: tabular-nums; }
.message { color: var(--wrong); margin-top: 0.5rem; overflow-wrap: anywhere; }
progress { width: 100%; height: 0.5rem; accent-color: var(--accent); }
button { font: inherit; color: var(--background); background: var(--accent); border: 0; border-radius: 0.4rem; padding: 0.35rem 0.9rem; cursor: pointer; }
button:disabled { color: var(--text); background: var(--border); cursor: default; }
input { accent-color: var(--accent); }
input[type='search'] { font: inherit; color: inherit; background: var(--background); border: 1px solid var(--muted); border-radius: 0.3rem; padding: 0.15rem 0.4rem; width: 11rem; max-width: 100%; }
fieldset { border: 1px solid var(--border); border-radius: 0.5rem; margin: 1rem 0 0; padding: 0.25rem 0.75rem 0.5rem; }
ul { list-style: none; margin: 0; padding: 0; }
.runs li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; overflow-wrap: anywhere; }
.grid-of-plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
.grid-of-histograms { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); }
figure { margin: 0; padding: 0.75rem; background: var(--panel); border: 1px solid var(--border); border-radius: 0.5rem; min-width: 0; }
figcaption { font-weight: 600; overflow-wrap: anywhere; }
.plot, .bars { display: block; width: 100%; height: auto; }
.grid { stroke: var(--grid); }
.tick { fill: var(--muted); font: 11px system-ui, sans-serif; }
.line { fill: none; stroke: var(--colour); stroke-width: 2; stroke-linejoin: round; }
.line.dashed { stroke-dasharray: 6 4; }
.dot { fill: var(--colour); stroke: none; }
${series}
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; margin: 0.25rem 0; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.legend li { overflow-wrap: anywhere; }
.key { display: inline-block; flex: none; width: 1.25rem; border-top: 3px solid var(--colour); margin-right: 0.4rem; vertical-align: middle; }
.key.dashed { border-top-style: dashed; }
details { font-size: 0.875rem; }
summary { cursor: pointer; color: var(--muted); width: fit-content; }
.scroll { overflow: auto; max-width: 100%; }
.scroll.data { max-height: 16rem; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 0.25rem 0; }
th, td { padding: 0.2rem 0.6rem; text-align: right; border-bottom: 1px solid var(--border); white-space: nowrap; }
th { font-weight: 600; }
th[scope='row'], thead th:first-child, .texts td { text-align: left; }
.matrix td, .matrix th { text-align: center; min-width: 2.4rem; padding: 0.2rem 0.35rem; }
.matrix .corner { color: var(--muted); text-align: left; }
.matrix th[scope='row'], .matrix .corner { position: sticky; left: 0; background: var(--background); z-index: 1; }
.matrix .none { color: var(--muted); }
.matrix .right { background: color-mix(in srgb, var(--right) var(--share), var(--background)); }
.matrix .wrong { background: color-mix(in srgb, var(--wrong) var(--share), var(--background)); }
.matrix .recall { border-left: 2px solid var(--border); }
.controls { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; margin-bottom: 0.75rem; }
.controls input[type='range'] { vertical-align: middle; width: 10rem; }
.bars { background: var(--background); border-bottom: 1px solid var(--muted); margin-top: 0.5rem; }
.bars.weights rect { fill: var(--c0); }
.bars.gradients rect { fill: var(--c1); }
.range { display: flex; justify-content: space-between; font-size: 0.8rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.histogram p { font-size: 0.875rem; margin: 0.1rem 0; }
.broken p { color: var(--wrong); font-weight: 600; }
.samples { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); }
.sample { background: var(--panel); border: 1px solid var(--border); border-left: 4px solid var(--right); border-radius: 0.5rem; padding: 0.6rem; font-size: 0.875rem; overflow-wrap: anywhere; }
.sample.wrong { border-left-color: var(--wrong); }
.sample canvas { display: block; width: 5.5rem; max-width: 100%; image-rendering: pixelated; margin-bottom: 0.4rem; background: #808080; }
.sample span, .numbers { display: block; }
.score, .readout { color: var(--muted); font-variant-numeric: tabular-nums; }
.readout { font-size: 0.875rem; min-height: 1.5em; margin: 0; }
.numbers { font-size: 0.8rem; margin-bottom: 0.4rem; }
.trace th[scope='row'] { max-width: min(28rem, 60vw); overflow: hidden; text-overflow: ellipsis; font-weight: 400; }
.trace .bar { background: linear-gradient(to right, color-mix(in srgb, var(--accent) 30%, var(--background)) var(--share), transparent var(--share)); min-width: 7rem; }
dl { margin: 0 0 0.75rem; }
dl div { display: flex; flex-wrap: wrap; gap: 0 0.75rem; }
dt { color: var(--muted); min-width: 6rem; }
dd { flex: 1 1 12rem; margin: 0; overflow-wrap: anywhere; }
`;
