import type { Epoch } from './training-log.js';

const width = 640;
const height = 300;
const margin = { left: 48, right: 48, top: 34, bottom: 40 };
const lossColor = '#b5482a';
const trainingColor = '#7d9bb5';
const heldOutColor = '#1d5b8f';

/**
 * Draws a training as SVG: the loss on the left axis; on the right one the accuracy on augmented training clips and, where
 * it was judged, on held-out clips.
 */
export function lossCurve(title: string, epochs: readonly Epoch[]): string {
  const last = Math.max(1, ...epochs.map(({ epoch }) => epoch));
  const highest = Math.ceil(Math.max(...epochs.map(({ loss }) => loss)));
  const x = (epoch: number): number =>
    margin.left + ((width - margin.left - margin.right) * (epoch - 1)) / Math.max(1, last - 1);
  const y = (share: number): number =>
    height - margin.bottom - (height - margin.top - margin.bottom) * share;
  const judged = epochs.flatMap(({ epoch, heldOut }) =>
    heldOut === undefined ? [] : [{ epoch, share: heldOut }],
  );
  const ticks = Array.from({ length: 5 }, (_, tick) => tick / 4);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#333">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(width / 2, 16, title, 'middle', '#333', 13),
    ...ticks.flatMap((share) => [
      `<path d="M${margin.left} ${round(y(share))}H${width - margin.right}" stroke="#e4e4e4"/>`,
      text(margin.left - 6, y(share) + 4, (share * highest).toFixed(1), 'end', lossColor),
      text(width - margin.right + 6, y(share) + 4, `${100 * share} %`, 'start', heldOutColor),
    ]),
    ...[
      ...new Set([1, Math.round(last / 4), Math.round(last / 2), Math.round((3 * last) / 4), last]),
    ]
      .filter((epoch) => epoch >= 1)
      .map((epoch) => text(x(epoch), height - margin.bottom + 16, String(epoch), 'middle')),
    text(width / 2, height - 8, 'epoch', 'middle'),
    line(
      epochs.map(({ epoch, accuracy }) => [x(epoch), y(accuracy)]),
      trainingColor,
    ),
    line(
      judged.map(({ epoch, share }) => [x(epoch), y(share)]),
      heldOutColor,
    ),
    ...judged.map(
      ({ epoch, share }) =>
        `<circle cx="${round(x(epoch))}" cy="${round(y(share))}" r="2.5" fill="${heldOutColor}"/>`,
    ),
    line(
      epochs.map(({ epoch, loss }) => [x(epoch), y(loss / highest)]),
      lossColor,
    ),
    text(margin.left + 8, 30, 'loss', 'start', lossColor),
    text(margin.left + 48, 30, 'accuracy in training', 'start', trainingColor),
    text(margin.left + 166, 30, 'accuracy on held-out clips', 'start', heldOutColor),
    '</svg>',
    '',
  ].join('\n');
}

function line(points: readonly (readonly [number, number])[], color: string): string {
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.8"/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end',
  color = '#333',
  size = 11,
): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${color}" font-size="${size}">${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
