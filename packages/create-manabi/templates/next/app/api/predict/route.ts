import { join } from 'node:path';
import { loadModel, type Model } from 'manabi';
import { lengths } from '@/lib/iris.ts';

let model: Promise<Model> | undefined;

/** Predicts the species of a flower: takes `[5.1, 3.5, 1.4, 0.2]`, answers `{ probabilities: [0.99, 0.01, 0] }`. */
export async function POST(request: Request): Promise<Response> {
  const flower: unknown = await request.json().catch(() => null);
  if (!isFlower(flower)) {
    return Response.json({ error: 'Send four lengths in centimeters: [5.1, 3.5, 1.4, 0.2].' }, { status: 400 });
  }
  model ??= loadModel(join(process.cwd(), 'model/iris.keras'));
  const output = await (await model).predict([flower]);
  return Response.json({ probabilities: Array.from(await output.data()) });
}

function isFlower(given: unknown): given is number[] {
  return Array.isArray(given) && given.length === lengths.length && given.every(Number.isFinite);
}
