import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { demoClasses } from './classes.js';
import { renderFrames } from './clip/render-clip.js';
import { frameHeight, frameWidth } from './scene/frame-size.js';

/** What a contact sheet shows. */
export interface ContactSheetOptions {
  readonly seed?: number;
  /** Frames in a row, at least 2, evenly spread over the clip. The default is 8. */
  readonly columns?: number;
  /** The width of a frame, in pixels. The default is 100. */
  readonly frameWidth?: number;
}

/**
 * A picture of the data set: one row of frames for each class, each row from another group, in 32 levels per channel.
 *
 * @returns a PNG file
 */
export async function renderContactSheet({
  seed = 0,
  columns = 8,
  frameWidth: width = 100,
}: ContactSheetOptions = {}): Promise<Uint8Array> {
  const height = Math.round((width * frameHeight) / frameWidth);
  const label = 84;
  const gap = 2;
  const sheet = createCanvas(label + columns * (width + gap), demoClasses.length * (height + gap));
  const context = sheet.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.font = '13px sans-serif';
  context.textBaseline = 'middle';
  const single = createCanvas(frameWidth, frameHeight);
  const brush = single.getContext('2d');
  demoClasses.forEach(({ name }, row) => {
    const id = { seed, className: name, group: 1 + ((row * 7) % 25), clip: 1 + (row % 4) };
    const { data } = renderFrames(id, (count) =>
      Array.from({ length: columns }, (_, column) =>
        Math.round((column * (count - 1)) / (columns - 1)),
      ),
    );
    const area = frameHeight * frameWidth;
    const y = row * (height + gap);
    context.fillStyle = 'black';
    context.fillText(name, 4, y + height / 2, label - 8);
    for (let column = 0; column < columns; column++) {
      const image = brush.createImageData(frameWidth, frameHeight);
      for (let pixel = 0; pixel < area; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          image.data[4 * pixel + channel] = data[(column * 3 + channel) * area + pixel];
        }
        image.data[4 * pixel + 3] = 255;
      }
      brush.putImageData(image, 0, 0);
      context.drawImage(single, label + column * (width + gap), y, width, height);
    }
  });
  coarsen(context);
  return sheet.encode('png');
}

/** Rounds to 32 levels per channel: a PNG holds the sensor noise badly, and nobody sees it at this size. */
function coarsen(context: SKRSContext2D): void {
  const { width, height } = context.canvas;
  const image = context.getImageData(0, 0, width, height);
  for (let index = 0; index < image.data.length; index++) {
    if (index % 4 !== 3)
      image.data[index] = Math.round((image.data[index] * 31) / 255) * (255 / 31);
  }
  context.putImageData(image, 0, 0);
}
