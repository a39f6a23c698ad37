import { createCanvas, type Canvas } from '@napi-rs/canvas';
import { Random, type Tensor } from '@msanet/tensor';
import { drawLight } from '../camera/light.js';
import { expose, noiseLevels, sensorNoise } from '../camera/sensor.js';
import { drawCameraPath } from '../camera/shake.js';
import { paintFigure, paintShadow, type Appearance } from '../figure/paint-figure.js';
import { weaveFabric } from '../figure/paint-torso.js';
import { frameRate } from '../motion/pose-track.js';
import { bleed, frameHeight, frameWidth } from '../scene/frame-size.js';
import { grainTile } from '../scene/grain.js';
import { drawOccluder } from '../scene/occluder.js';
import { paintScene } from '../scene/paint-scene.js';
import { planClip, type ClipId } from './plan-clip.js';

/** What all clips of one data set share. */
interface Stock {
  readonly seed: number;
  readonly grain: Canvas;
  readonly noise: Float32Array;
}

let stock: Stock | undefined;

/** The noise of a seed; only that of the last seed is kept. */
function stockOf(seed: number): Stock {
  if (stock?.seed !== seed) {
    const random = new Random(seed);
    stock = {
      seed,
      grain: grainTile(random.fork('grain')),
      noise: sensorNoise(random.fork('sensor')),
    };
  }
  return stock;
}

/**
 * Paints one clip. Nothing but the four parts of its name decides what it shows.
 *
 * @returns 8-bit RGB at 25 frames per second, shape (50 … 100, 3, 240, 320)
 * @throws MsanetError `OPTION_INVALID` when there is no such class, or the seed is none
 */
export function renderDemoClip(id: ClipId): Tensor<'uint8'> {
  return renderFrames(id, (count) => Array.from({ length: count }, (_, frame) => frame));
}

/**
 * Paints some frames of a clip, as `renderDemoClip` does but for the sensor noise, which runs on from frame to frame.
 *
 * @param choose picks frames when it is told how many there are
 * @returns 8-bit RGB, shape (chosen frames, 3, 240, 320)
 */
export function renderFrames(
  id: ClipId,
  choose: (count: number) => readonly number[],
): Tensor<'uint8'> {
  const { person, outfit, materials, track, framing, family, sceneRandom, random } = planClip(id);
  const { grain, noise } = stockOf(id.seed);
  const { view, horizon } = framing;
  const scene = paintScene(family, horizon, sceneRandom, grain);
  const camera = drawCameraPath(random.fork('camera'));
  const light = drawLight(random.fork('light'));
  const occluder = drawOccluder(random.fork('occluder'));
  const sensorRandom = random.fork('sensor');
  const levels = noiseLevels(noise, sensorRandom.uniform(1, 6));
  const shadow = random.fork('shadow').uniform(0.05, 0.2);

  const canvas = createCanvas(frameWidth, frameHeight);
  const context = canvas.getContext('2d');
  const fabric = weaveFabric(context, person.pattern, outfit);
  const appearance: Appearance = { person, outfit, fabric, materials };
  const count = track.poses.length;
  const chosen = choose(count);
  const frameSize = 3 * frameHeight * frameWidth;
  const data = new Uint8Array(chosen.length * frameSize);
  chosen.forEach((frame, index) => {
    const pose = track.poses[frame];
    const seconds = frame / frameRate;
    const { x, y, roll, zoom } = camera(seconds);
    context.save();
    context.translate(frameWidth / 2 + x, frameHeight / 2 + y);
    context.rotate(roll);
    context.scale(zoom, zoom);
    context.translate(-frameWidth / 2, -frameHeight / 2);
    context.drawImage(scene.background, -bleed, -bleed);
    for (const mover of scene.movers) mover(context, seconds);
    paintShadow(context, pose, view, shadow);
    paintFigure(context, appearance, pose, view);
    occluder?.(context);
    context.restore();
    light(context, frame / (count - 1));
    const picture = context.getImageData(0, 0, frameWidth, frameHeight).data;
    const out = data.subarray(index * frameSize, (index + 1) * frameSize);
    expose(picture, out, levels, sensorRandom);
  });
  return { dtype: 'uint8', shape: [chosen.length, 3, frameHeight, frameWidth], data };
}
