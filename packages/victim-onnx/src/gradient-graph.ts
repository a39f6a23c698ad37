import type { Loss } from '@msanet/core';
import { lossGradientGraph, type VjpTable } from '@msanet/autodiff';
import type { Model } from '@msanet/onnx';

/** What is compiled into a gradient graph of a loss: all but the classes, which are fed. */
export function lossKey(loss: Loss): string {
  const confidence = 'confidence' in loss ? loss.confidence : undefined;
  return confidence === undefined ? loss.kind : `${loss.kind}, confidence ${confidence}`;
}

/**
 * Extends a forward graph by a loss and the backward pass: outputs `logits`, `loss` and `gradient`.
 *
 * @param rules entries that replace or extend the table of rules
 */
export function gradientGraph(forward: Model, loss: Loss, rules: VjpTable = {}): Model {
  return lossGradientGraph(forward, { input: 'clips', logits: 'logits', loss, rules });
}

/** The classes that a loss is about, by the name of the graph input that takes them. */
export function classInputs(loss: Loss): Readonly<Record<string, readonly number[]>> {
  return {
    ...('labels' in loss ? { labels: loss.labels } : {}),
    ...('targets' in loss ? { targets: loss.targets } : {}),
  };
}
