import type { Model, ValueInfo } from '@msanet/onnx';
import { isMsanetError } from '@msanet/tensor';
import { possibleLayouts, readLayout } from './clip-layout.js';
import { gradientGraph } from './gradient-graph.js';
import { gradientStops } from './gradient-stops.js';
import { clipInput, importModel, type ImportedModel, type ImportOptions } from './import-model.js';
import type { Manifest } from './manifest.js';
import { modelFindings, type OpenLength } from './model-findings.js';
import { quantizationRules } from './quantization-rules.js';

/** What can be said of a model file without running it. */
export interface ModelExamination {
  /** Why it cannot be attacked white-box; absent when it can. */
  readonly problem: string | undefined;
  /** The manifest that is proposed; absent when the model cannot even be read as a classifier of clips. */
  readonly manifest: Manifest | undefined;
  /** What the file says, one sentence each. */
  readonly inferred: readonly string[];
  /** What the file does not say and the manifest assumes, to be checked by whoever knows the model. */
  readonly assumed: readonly string[];
  /** Operators on the way from the pixels to the logits through which no gradient flows, each with a node and the reason. */
  readonly withoutGradient: readonly string[];
}

/** Sizes to try for lengths that a model leaves open, the commonest first. */
const usualSizes = [8, 16, 32, 4, 5, 10, 12, 24, 40, 64].flatMap((frames) =>
  [224, 112].map((side) => ({ frames, height: side, width: side })),
);

/**
 * Examines a model and proposes a manifest for it: what the file says is taken from it, what it leaves open is assumed
 * and listed.
 *
 * @param where the file, for sentences
 */
export function examineModel(model: Model, where = 'model'): ModelExamination {
  try {
    const source = clipInput(model, where);
    const layouts = possibleLayouts(source.shape ?? []);
    const open = openLengths(source, layouts[0]);
    const imported = importWithUsualSizes(model, { layout: layouts[0] }, open, where);
    return {
      problem: gradientProblem(imported),
      ...modelFindings({ imported, source, layouts, open }),
      withoutGradient: gradientStops(imported.model),
    };
  } catch (error) {
    if (!isMsanetError(error)) throw error;
    const nothing = { inferred: [], assumed: [], withoutGradient: [] };
    return { problem: error.message, manifest: undefined, ...nothing };
  }
}

/** The lengths that an input does not fix. */
function openLengths(
  { shape = [] }: ValueInfo,
  layout: ImportOptions['layout'],
): readonly OpenLength[] {
  const axes = layout === undefined ? undefined : readLayout(layout, shape);
  if (axes === undefined) return [];
  const rowsAreFrames = layout === 'frames' && typeof shape[0] === 'number';
  return (['frames', 'height', 'width'] as const).filter(
    (name) => typeof axes[name] !== 'number' && !(name === 'frames' && rowsAreFrames),
  );
}

/**
 * Imports a model with the first of the usual sizes that fits it.
 *
 * @throws MsanetError what the first of them met, when none fits
 */
function importWithUsualSizes(
  model: Model,
  options: ImportOptions,
  open: readonly OpenLength[],
  where: string,
): ImportedModel {
  const attempt = (size: (typeof usualSizes)[number]): ImportedModel => {
    const lengths = Object.fromEntries(open.map((name) => [name, size[name]]));
    return importModel(model, { ...options, ...lengths }, where);
  };
  const [usual, ...others] = usualSizes;
  try {
    return attempt(usual);
  } catch (error) {
    if (open.length === 0 || !isMsanetError(error)) throw error;
    for (const size of others) {
      try {
        return attempt(size);
      } catch (other) {
        if (!isMsanetError(other)) throw other;
      }
    }
    throw error;
  }
}

/** Why no loss gradient can be made of a model, if so. */
function gradientProblem({ model, batch }: ImportedModel): string | undefined {
  try {
    const labels = Array.from({ length: batch }, () => 0);
    gradientGraph(model, { kind: 'cross-entropy', labels }, quantizationRules(false));
    return undefined;
  } catch (error) {
    if (isMsanetError(error)) return error.message;
    throw error;
  }
}
