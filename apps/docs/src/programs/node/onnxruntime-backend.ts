import '@manabi/backend-onnxruntime/register'; // registers `onnxruntime`
import { matmul, random, setBackend } from 'manabi'; // `cpu` runs small graphs and random numbers

await setBackend('onnxruntime');
const x = random.normal(random.key(1), [4, 4]);
console.log(await matmul(x, x).array());
