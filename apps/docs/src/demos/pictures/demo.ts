import { computed, defineComponent, h, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue';
import { download } from '../../runner/download.ts';
import { DemoFrame } from '../shared/demo-frame.ts';
import { useDemo } from '../shared/use-demo.ts';
import type { Input, Output, Picture, PicturePixels } from './messages.ts';
import { cameraView } from './view/camera-view.ts';
import { ClassCard } from './view/class-card.ts';
import {
  classNames,
  MOST_CLASSES,
  MOST_PICTURES,
  newClass,
  newPicture,
  type PictureClass,
  problemOf,
  withPictures,
} from './view/picture-classes.ts';
import './view/pictures.css';
import { readPicture } from './view/picture-size.ts';
import { questionView } from './view/question-view.ts';
import { sampleNames, samplePictures } from './view/sample-pictures.ts';
import { noCurves, trainingView, withReport } from './view/training-view.ts';
import { useCamera } from './view/use-camera.ts';

/** Sample pictures of each kind. Those that the reader asks about have higher numbers. */
const SAMPLES = 15;
/** Milliseconds between two pictures of the camera that the network classifies. */
const CAMERA_INTERVAL = 120;
/** Milliseconds after the last change of the pictures until the network learns them. */
const SETTLE = 300;

/** A network that learns to tell the reader's pictures apart, and its answers for new ones. */
export const Pictures = defineComponent(() => {
  const classes = shallowRef<readonly PictureClass[]>([newClass(''), newClass('')]);
  const question = shallowRef<Picture | null>(null);
  const output = shallowRef<Output | null>(null);
  const curves = shallowRef(noCurves);
  /** What is wrong with what the reader did last. */
  const problem = ref('');
  const saved = shallowRef<readonly string[] | null>(null);
  const names = computed(() => classNames(classes.value));
  const camera = useCamera();

  const examples = (): Input => ({
    type: 'examples',
    classes: problemOf(classes.value) === null ? classes.value.map(({ pictures }) => pictures) : [],
  });
  const demo = useDemo<Input, Output>({
    name: 'pictures',
    operations: 1e8,
    initial: () => [examples(), { type: 'question', picture: question.value }],
    show: (next) => {
      isAsking = false;
      output.value = next;
      curves.value = withReport(curves.value, next);
      if (next.file === null) return;
      const { format, bytes } = next.file;
      download(`pictures.${format}`, bytes);
      saved.value = names.value;
    },
    clear: () => {
      output.value = null;
      curves.value = noCurves;
      saved.value = null;
    },
  });
  /** Start says what is missing before it downloads anything. */
  const controls = {
    ...demo,
    start: () => {
      problem.value = problemOf(classes.value) ?? '';
      if (problem.value === '') demo.start();
    },
  };

  let settling: ReturnType<typeof setTimeout> | undefined;
  function change(next: readonly PictureClass[]): void {
    classes.value = next;
    clearTimeout(settling);
    if (!demo.isLive.value) {
      if (problem.value !== '') problem.value = problemOf(next) ?? '';
      return;
    }
    problem.value = problemOf(next) ?? '';
    settling = setTimeout(() => demo.restart(examples()), SETTLE);
  }

  function changeClass(id: number, changes: (one: PictureClass) => PictureClass): void {
    change(classes.value.map((one) => (one.id === id ? changes(one) : one)));
  }

  /** Names do not concern the network. */
  function rename(id: number, name: string): void {
    const before = problemOf(classes.value);
    const next = classes.value.map((one) => (one.id === id ? { ...one, name } : one));
    if (problemOf(next) === before) classes.value = next;
    else change(next);
  }

  /** Reads files, and says which ones are no pictures. */
  async function read(files: readonly File[]): Promise<readonly PicturePixels[]> {
    problem.value =
      files.length === 0 ? 'No files were dropped. Save the picture first, and drop the file, or choose it.' : '';
    const read = await Promise.allSettled(files.slice(0, MOST_PICTURES).map(readPicture));
    const failed = read.flatMap((each) => (each.status === 'rejected' ? [String(each.reason.message)] : []));
    if (failed.length > 0) problem.value = failed.join(' ');
    return read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }

  async function addFiles(id: number, files: readonly File[]): Promise<void> {
    const pictures = await read(files);
    if (pictures.length === 0) return;
    const told = problem.value;
    change(withPictures(classes.value, id, pictures));
    if (told !== '') problem.value = told;
  }

  function addSamples(): void {
    const others = classes.value.filter(({ pictures, name }) => pictures.length > 0 && !sampleNames.includes(name));
    const samples = sampleNames.map((name) => newClass(name, samplePictures(name, 0, SAMPLES)));
    change([...others, ...samples].slice(0, MOST_CLASSES));
  }

  let isAsking = false;
  function ask(pixels: PicturePixels): void {
    question.value = newPicture(pixels);
    isAsking = true;
    demo.send({ type: 'question', picture: question.value });
  }
  async function askFiles(files: readonly File[]): Promise<void> {
    if (camera.isOn.value) {
      problem.value = 'The camera is classified now. Stop the camera to classify a file.';
      return;
    }
    const [pixels] = await read(files.slice(0, 1));
    if (pixels !== undefined) ask(pixels);
  }
  let asked = 0;
  function askSample(): void {
    const present = sampleNames.filter((name) => names.value.includes(name));
    const name = present[asked % present.length];
    ask(samplePictures(name, SAMPLES + asked++, 1)[0]);
  }

  // The camera is classified as fast as the network answers.
  let watching: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    watching = setInterval(() => {
      if (!camera.isOn.value || document.hidden) return;
      const isBusy = isAsking && demo.isLive.value;
      const pixels = isBusy ? null : camera.capture();
      if (pixels !== null) ask(pixels);
    }, CAMERA_INTERVAL);
  });
  onBeforeUnmount(() => {
    clearInterval(watching);
    clearTimeout(settling);
  });

  /** The last answer of the network: with the camera, that to one of the pictures before. */
  const probabilities = computed(() => {
    const { answer = null } = output.value ?? {};
    const isCurrent = answer !== null && (camera.isOn.value || answer.picture === question.value?.id);
    return isCurrent && answer.probabilities.length === classes.value.length ? answer.probabilities : null;
  });

  function classCard(one: PictureClass, i: number) {
    return h(ClassCard, {
      key: one.id,
      pictureClass: one,
      label: names.value[i],
      hasCamera: camera.isOn.value,
      canRemove: classes.value.length > 2,
      onRename: (name: string) => rename(one.id, name),
      onFiles: (files: readonly File[]) => void addFiles(one.id, files),
      onCapture: () => {
        const pixels = camera.capture();
        if (pixels !== null) change(withPictures(classes.value, one.id, [pixels]));
      },
      onRemovePicture: (id: number) =>
        changeClass(one.id, (each) => ({ ...each, pictures: each.pictures.filter((picture) => picture.id !== id) })),
      onRemove: () => change(classes.value.filter(({ id }) => id !== one.id)),
    });
  }

  const collection = () =>
    h('div', { class: 'pictures-collection' }, [
      h('div', { class: 'pictures-actions' }, [
        h(
          'button',
          {
            type: 'button',
            disabled: classes.value.length >= MOST_CLASSES,
            onClick: () => change([...classes.value, newClass('')]),
          },
          'Add a class',
        ),
        h('button', { type: 'button', onClick: addSamples }, 'Use sample pictures'),
      ]),
      h('ul', { class: 'pictures-classes', 'aria-label': 'Classes' }, classes.value.map(classCard)),
    ]);

  return () =>
    h(
      DemoFrame,
      {
        title: 'Teach a network your pictures',
        controls,
        download: 'Press Start to download manabi (0.3 MB) and a trained network (0.2 MB), and to train here.',
      },
      () => [
        problem.value === '' ? null : h('p', { class: 'pictures-problem', role: 'alert' }, problem.value),
        collection(),
        h('div', { class: 'pictures-views' }, [
          cameraView(camera),
          questionView({
            picture: question.value,
            probabilities: probabilities.value,
            names: names.value,
            isLive: demo.isLive.value,
            hasCamera: camera.isOn.value,
            hasSamples: sampleNames.some((name) => names.value.includes(name)),
            ask: (files) => void askFiles(files),
            askSample,
          }),
        ]),
        trainingView(output.value, curves.value, {
          fineTune: () => demo.restart({ type: 'fineTune' }),
          save: (format) => demo.send({ type: 'save', format }),
          saved: saved.value,
        }),
      ],
    );
});
