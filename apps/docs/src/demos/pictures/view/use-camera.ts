import { computed, nextTick, onBeforeUnmount, ref, shallowRef } from 'vue';
import type { PicturePixels } from '../messages.ts';
import { pixelsOf } from './picture-size.ts';

/** What errors of `getUserMedia` mean, by their names. */
const reasons: Readonly<Record<string, string>> = {
  NotAllowedError: 'The browser did not allow this page to use the camera. Allow it in the settings of the page',
  NotFoundError: 'This device has no camera that the browser knows. Connect one',
  NotReadableError: 'The camera is used by another program. Close that program',
};

/** The camera of the reader's device, which is off until `start`. Its pictures stay in the page. */
export function useCamera() {
  const video = ref<HTMLVideoElement>();
  const stream = shallowRef<MediaStream | null>(null);
  const error = ref('');
  /** Number of the last `start` or `stop`: the browser may ask the reader for a long time. */
  let calls = 0;

  async function start(): Promise<void> {
    const call = ++calls;
    error.value = '';
    // Pages that were not loaded over HTTPS have no devices.
    const devices: MediaDevices | undefined = navigator.mediaDevices;
    if (devices === undefined) {
      error.value = 'This browser gives pages no camera, or only pages with HTTPS. Add pictures from files instead.';
      return;
    }
    try {
      const opened = await devices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 640 } } });
      if (call !== calls) return stopTracks(opened);
      stream.value = opened;
      // If the device is unplugged, the stream ends.
      for (const track of opened.getTracks()) track.addEventListener('ended', stop);
      await nextTick();
      if (video.value === undefined) return stop();
      video.value.srcObject = opened;
      await video.value.play();
    } catch (thrown) {
      if (call !== calls) return;
      stop();
      const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
      error.value = `${reasons[name] ?? `The camera could not be started (${message}). Try again`}, or add pictures from files instead.`;
    }
  }

  function stop(): void {
    calls++;
    if (stream.value !== null) stopTracks(stream.value);
    stream.value = null;
  }

  /** Returns what the camera sees; null before its first picture. */
  function capture(): PicturePixels | null {
    const { videoWidth = 0, videoHeight = 0 } = video.value ?? {};
    return video.value === undefined || videoWidth === 0 ? null : pixelsOf(video.value, videoWidth, videoHeight);
  }

  onBeforeUnmount(stop);
  return { video, error, isOn: computed(() => stream.value !== null), start, stop, capture };
}

/** What `useCamera` returns. */
export type Camera = ReturnType<typeof useCamera>;

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
