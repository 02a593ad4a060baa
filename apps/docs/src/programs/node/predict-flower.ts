import { loadModel } from 'manabi';

const [, , file = 'flowers.keras', length = '4.6', width = '1.5'] = process.argv;
const model = await loadModel(file);
const probabilities = await (await model.predict([[Number(length), Number(width)]])).data();

// The order of `species.classes` in training: alphabetical.
const species = ['setosa', 'versicolor', 'virginica'];
for (const [i, name] of species.entries()) console.log(name, `${(100 * Number(probabilities[i])).toFixed(0)} %`);
