import type { ValueInfo } from '@msanet/onnx';
import { layoutAxes, type ClipLayout } from './clip-layout.js';
import { describeValue } from './forward-graph.js';
import type { ImportedModel } from './import-model.js';
import { labelsFor } from './labels/labels-for.js';
import type { Manifest } from './manifest.js';
import { imagenetNormalization } from './network/normalize-clips.js';
import { usualShortSide } from './model-options.js';
import { pixelSteps } from './pixel-steps.js';

/** A length of a clip that a model can leave open. */
export type OpenLength = 'frames' | 'height' | 'width';

/** What a model is described from. */
export interface FindingSources {
  readonly imported: ImportedModel;
  /** The input as the file declares it. */
  readonly source: ValueInfo;
  /** The layouts that its shape can be read as; the first was taken. */
  readonly layouts: readonly ClipLayout[];
  /** The lengths that the file leaves open. */
  readonly open: readonly OpenLength[];
}

/** What a manifest says, and where that is from. */
export interface ModelFindings {
  readonly manifest: Manifest;
  /** What the file says. */
  readonly inferred: readonly string[];
  /** What it does not say. */
  readonly assumed: readonly string[];
}

/** Proposes a manifest for an imported model and says of every part whether the file says so. */
export function modelFindings({ imported, source, layouts, open }: FindingSources): ModelFindings {
  const { input, layout, batch, classes, notes } = imported;
  const pixels = pixelSteps(imported.model, 'clips');
  const normalizes = pixels.nodes.length > 0;
  const { mean, deviation } = imagenetNormalization;
  const sure = (['frames', 'height', 'width'] as const).filter((name) => !open.includes(name));
  const lengths = (names: typeof open): string =>
    names.map((name) => `${name} ${input[name]}`).join(', ');
  const other = layouts[1];
  const rows = source.shape?.[0];
  const folded = layout === 'frames' && typeof rows === 'number';
  const operators = pixels.nodes.map(({ opType }) => opType).join(', ');
  return {
    manifest: {
      layout,
      batch,
      ...input,
      range: pixels.range ?? '0..1',
      ...(normalizes ? {} : { mean: [...mean], std: [...deviation] }),
      sampling: 'segments',
      shortSide: usualShortSide(input),
    },
    inferred: [
      `layout ${layout} ${layoutAxes[layout]}, from the input ${describeValue(source)}`,
      ...(sure.length > 0 ? [lengths(sure)] : []),
      `${classes} classes`,
      ...(normalizes
        ? [`it normalises its pixels itself, beginning with ${operators}: no mean and std`]
        : []),
      ...notes,
    ],
    assumed: [
      ...(other === undefined ? [] : [`layout ${layout}: ${other} ${layoutAxes[other]} fits too`]),
      ...(open.length > 0 ? [`${lengths(open)}: the model leaves them open`] : []),
      ...(folded ? [`all ${rows} rows of the input are frames of one clip`] : []),
      normalizes
        ? `values in ${pixels.range ?? '0..1'}, going by the size of its constants`
        : "values in 0..1 with ImageNet's mean and std: the file does not say how pixels are normalised",
      labelsAssumed(classes),
      'the middle frame of equal segments, and a short side of 8/7 of the crop',
    ],
  };
}

function labelsAssumed(classes: number): string {
  const known = labelsFor(classes)[0] !== 'class 0';
  return known
    ? `the class names of ${classes === 101 ? 'UCF-101' : 'HMDB-51'}, going by their number`
    : `class names "class 0" to "class ${classes - 1}": give labels, a list or a text file`;
}
