import { h, type VNode } from 'vue';
import type { Camera } from './use-camera.ts';

/** The button that switches the camera on and off, and what the camera sees. */
export function cameraView({ video, isOn, error, start, stop }: Camera): VNode {
  return h('div', { class: 'pictures-camera' }, [
    h(
      'button',
      { type: 'button', onClick: isOn.value ? stop : start },
      isOn.value ? 'Stop the camera' : 'Use the camera',
    ),
    isOn.value
      ? h('video', { ref: video, muted: true, playsinline: true, 'aria-label': 'What the camera sees' })
      : h('p', { class: 'pictures-count' }, 'Pictures of the camera stay in this page.'),
    error.value === '' ? null : h('p', { class: 'pictures-problem', role: 'alert' }, error.value),
  ]);
}
