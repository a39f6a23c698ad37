/** Fails a law, with the sentence that says what was promised and what happened. */
export function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
