import { elements } from '../predictor/elements.ts';
import type { Port } from '../predictor/predictor.ts';
import type { ServedModel } from '../protocol/served.ts';
import { formatShape } from '../protocol/tensors.ts';
import { script, style } from './assets.ts';

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function table(label: string, ports: readonly Port[]): string {
  const rows = ports.map(
    (port) =>
      `<tr><td><code>${escaped(port.name)}</code></td><td>${elements[port.element].name}</td><td>${port.element}</td><td><code>${formatShape(port)}</code></td></tr>`,
  );
  return `<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">dtype</th><th scope="col">KServe</th><th scope="col">Shape</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Length that samples have on axes which the model leaves open. */
const OPEN_LENGTH = 4;

/** Describes an example of a request, from which the script of the page creates the JSON. */
function example({ predictor }: ServedModel): object {
  const { inputs, preparation } = predictor;
  if (preparation?.kind === 'texts') return { text: 'a text' };
  return {
    inputs: inputs.map(({ name, shape, element }) => ({
      name,
      shape: shape.slice(1).map((length) => length ?? OPEN_LENGTH),
      zero: element === 'BOOL' ? false : 0,
    })),
  };
}

/** Creates the page that describes a model and sends requests to it. It loads nothing from elsewhere. */
export async function page(served: ServedModel, basePath: string): Promise<Response> {
  const { name, predictor } = served;
  const { inputs, outputs, preparation, classNames } = predictor;
  const predict = `${basePath}/v1/models/${name}:predict`;
  const routes: readonly (readonly [method: string, path: string, what: string])[] = [
    ['POST', `/v1/models/${name}:predict`, 'Predict samples (TensorFlow Serving)'],
    ['POST', `/v2/models/${name}/infer`, 'Predict tensors (KServe)'],
    ['GET', `/v1/models/${name}`, 'Status'],
    ['GET', `/v1/models/${name}/metadata`, 'Inputs and outputs (TensorFlow Serving)'],
    ['GET', `/v2/models/${name}`, 'Inputs and outputs (KServe)'],
    ['GET', '/v2/health/live', 'Whether the server runs'],
    ['GET', '/v2/health/ready', 'Whether the model is ready'],
    ['GET', '/metrics', 'Metrics for Prometheus'],
    ['GET', '/openapi.json', 'This API as OpenAPI 3.1'],
  ];
  const list = routes.map(([method, path, what]) => {
    const shown = `<code>${basePath}${path}</code>`;
    return `<tr><td>${method}</td><td>${method === 'GET' ? `<a href="${basePath}${path}">${shown}</a>` : shown}</td><td>${what}</td></tr>`;
  });
  const image =
    preparation?.kind === 'images'
      ? '<p><label for="image">Or an image</label> <input id="image" type="file" accept="image/*"></p>'
      : '';
  const classes =
    classNames === null
      ? ''
      : `<h2>Classes</h2><p>${classNames.map((label) => `<code>${escaped(label)}</code>`).join(' ')}</p>`;
  const title = escaped(name);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – manabi</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<h2>Inputs</h2>
${table('Inputs', inputs)}
<h2>Outputs</h2>
${table('Outputs', outputs)}
${classes}
<h2>Try it</h2>
<form id="form" data-predict="${predict}" data-example="${escaped(JSON.stringify(example(served)))}">
<label for="body">Request: POST <code>${predict}</code></label>
<textarea id="body" rows="8" spellcheck="false"></textarea>
${image}<p><button type="submit">Send</button> <span id="state" role="status"></span></p>
</form>
<h3 id="response">Response</h3>
<pre id="answer" role="region" aria-labelledby="response" tabindex="0"></pre>
<h2>Paths</h2>
<div class="scroll" role="region" aria-label="Paths" tabindex="0"><table><thead><tr><th scope="col">Method</th><th scope="col">Path</th><th scope="col">Purpose</th></tr></thead><tbody>${list.join('')}</tbody></table></div>
</main>
<script>${script}</script>
</body>
</html>
`;
  const policy = `default-src 'none'; style-src '${await hashOf(style)}'; script-src '${await hashOf(script)}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
    },
  });
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
