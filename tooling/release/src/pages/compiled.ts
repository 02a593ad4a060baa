// A page without a compiler, which predicts with a model that was compiled ahead of time.
import { openProgram } from '@manabi/backend-cpu/program';

const response = await fetch('https://example.org/cnn.program');
const program = openProgram(new Uint8Array(await response.arrayBuffer()));
const [input] = program.inputs;
const outputs = program.run({ [input.name]: new Float32Array(28 * 28) });
if (outputs[program.outputs[0].name].data.length !== 10) throw new Error('The output must have ten classes.');
