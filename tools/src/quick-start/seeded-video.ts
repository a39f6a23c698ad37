import { Random, type Tensor } from '@msanet/tensor';

/** Size and length of the video. */
export const videoSize = { frames: 50, height: 240, width: 320 } as const;

/**
 * A procedural video: a figure of two discs that walks over a textured ground, with sensor noise. 8-bit RGB, shape
 * (frames, 3, height, width).
 */
export function seededVideo(seed: number): Tensor<'uint8'> {
  const { frames, height, width } = videoSize;
  const random = new Random(seed);
  const waves = Array.from({ length: 6 }, () => ({
    x: random.uniform(0.01, 0.12),
    y: random.uniform(0.01, 0.12),
    phase: random.uniform(0, 2 * Math.PI),
    tint: [random.uniform(0, 30), random.uniform(0, 30), random.uniform(0, 30)],
  }));
  const area = height * width;
  const data = new Uint8Array(frames * 3 * area);
  for (let frame = 0; frame < frames; frame++) {
    const progress = frame / (frames - 1);
    const centre = 40 + progress * (width - 80);
    const swing = 14 * Math.sin(12 * Math.PI * progress);
    for (let pixel = 0; pixel < area; pixel++) {
      const x = pixel % width;
      const y = Math.floor(pixel / width);
      const head = Math.hypot(x - centre, y - 70) < 22;
      const body = Math.hypot((x - centre - swing * ((y - 90) / 60)) / 0.6, y - 135) < 48;
      for (let channel = 0; channel < 3; channel++) {
        let value = 110;
        for (const { x: fx, y: fy, phase, tint } of waves) {
          value += tint[channel] * Math.sin(fx * x + fy * y + phase);
        }
        if (body) value = [190, 60, 50][channel] + 0.15 * (value - 110);
        if (head) value = [225, 180, 150][channel] + 0.1 * (value - 110);
        value += 3 * random.uniform(-1, 1);
        data[(frame * 3 + channel) * area + pixel] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return { dtype: 'uint8', shape: [frames, 3, height, width], data };
}
