/** The words of the runner. */
export interface RunnerTexts {
  readonly run: string;
  readonly stop: string;
  readonly edit: string;
  readonly reset: string;
  readonly backend: string;
  readonly automatic: string;
  readonly download: string;
  readonly downloading: string;
  readonly running: string;
  readonly done: string;
  readonly stopped: string;
  readonly failed: string;
  readonly output: string;
  readonly recorded: string;
  readonly recordedInNode: string;
  readonly code: string;
  readonly line: string;
  readonly step: string;
  readonly values: string;
  readonly cut: string;
  readonly noWorker: string;
}

const english: RunnerTexts = {
  run: 'Run',
  stop: 'Stop',
  edit: 'Edit',
  reset: 'Reset',
  backend: 'Backend',
  automatic: 'automatic',
  download: 'Download model as',
  downloading: 'Downloading manabi …',
  running: 'Running on {backend} …',
  done: 'Done in {seconds} s on {backend}.',
  stopped: 'Stopped.',
  failed: 'The program failed.',
  output: 'Output',
  recorded: 'Recorded output. Press Run to compute it here.',
  recordedInNode: 'Output in Node:',
  code: 'Code',
  line: 'Line {line}',
  step: 'step',
  values: 'Values',
  cut: '… {count} earlier lines are not shown',
  noWorker: 'The program could not be loaded. Check the network connection, and press Run again.',
};

const japanese: RunnerTexts = {
  run: '実行',
  stop: '停止',
  edit: '編集',
  reset: '元に戻す',
  backend: 'バックエンド',
  automatic: '自動',
  download: 'モデルを保存',
  downloading: 'manabiをダウンロードしています…',
  running: '{backend}で実行しています…',
  done: '完了しました（{backend}、{seconds}秒）。',
  stopped: '停止しました。',
  failed: 'エラーが起きました。',
  output: '出力',
  recorded: '記録された出力です。「実行」を押すと、このページで計算します。',
  recordedInNode: 'Nodeでの出力:',
  code: 'コード',
  line: '{line}行目',
  step: 'ステップ',
  values: '値',
  cut: '… 以前の{count}行は表示していません',
  noWorker: 'プログラムを読み込めませんでした。ネットワークを確認し、もう一度「実行」を押してください。',
};

/** Returns the words of the runner in the language of a page. */
export function textsFor(language: string): RunnerTexts {
  return language.startsWith('ja') ? japanese : english;
}

/** Fills the fields of a text: `fill('Line {line}', { line: 3 })` returns `'Line 3'`. */
export function fill(text: string, fields: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name]));
}
