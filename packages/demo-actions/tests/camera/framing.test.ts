import { describe, expect, it } from 'vitest';
import { drawCameraPath, throughCamera } from '../../src/camera/shake.js';
import { planClip } from '../../src/clip/plan-clip.js';
import { boundsOf } from '../../src/figure/outline.js';
import { demoClasses } from '../../src/index.js';

describe('framing', () => {
  it.each(demoClasses.map(({ name }) => name))(
    'keeps %s inside the central square, at least half as tall as the frame, whatever the camera does',
    (className) => {
      for (let group = 1; group <= 25; group += 4) {
        const plan = planClip({ seed: 11, className, group, clip: 1 + (group % 3) });
        const { view } = plan.framing;
        expect(view.scale).toBeGreaterThanOrEqual(120);
        const camera = drawCameraPath(plan.random.fork('camera'));
        plan.track.poses.forEach((pose, frame) => {
          const { left, right, top, bottom } = boundsOf(plan.person.body, [pose], view);
          for (const x of [left, right]) {
            for (const y of [top, bottom]) {
              const [across, down] = throughCamera(camera(frame / 25), [x, y], [160, 120]);
              expect(across).toBeGreaterThanOrEqual(40);
              expect(across).toBeLessThanOrEqual(280);
              expect(down).toBeGreaterThanOrEqual(0);
              expect(down).toBeLessThanOrEqual(240);
            }
          }
        });
      }
    },
  );
});
