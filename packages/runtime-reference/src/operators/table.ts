import type { OperatorKernel } from '../operator-call.js';
import { convolutionOperators } from './convolution.js';
import { elementwiseOperators } from './elementwise.js';
import { generationOperators } from './generation.js';
import { indexingOperators } from './indexing.js';
import { linalgOperators } from './linalg.js';
import { movementOperators } from './movement.js';
import { normalizationOperators } from './normalization.js';
import { padOperators } from './pad.js';
import { poolingOperators } from './pooling.js';
import { quantizationOperators } from './quantization.js';
import { reductionOperators } from './reduction.js';
import { resizeOperators } from './resize.js';
import { unaryOperators } from './unary.js';

/** Every operator of the ONNX standard that the reference runtime computes. */
export const operatorKernels: ReadonlyMap<string, OperatorKernel> = new Map(
  [
    unaryOperators,
    elementwiseOperators,
    convolutionOperators,
    poolingOperators,
    linalgOperators,
    movementOperators,
    indexingOperators,
    padOperators,
    reductionOperators,
    normalizationOperators,
    resizeOperators,
    generationOperators,
    quantizationOperators,
  ].flatMap((family) => Object.entries(family)),
);
