import '@manabi/backend-webgpu/register'; // registers `webgpu`
import { matmul, random, setBackend } from 'manabi';

await setBackend('webgpu');
const x = random.normal(random.key(1), [4, 4]);
console.log(await matmul(x, x).array());
