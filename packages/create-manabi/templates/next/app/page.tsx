import { Flower } from './flower.tsx';

export default function Page() {
  return (
    <main>
      <h1>Which iris is it?</h1>
      <p>Move the sliders: the server predicts the species. Train the same network in your browser, and compare.</p>
      <Flower />
    </main>
  );
}
