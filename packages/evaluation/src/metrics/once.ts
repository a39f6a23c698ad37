/** Gives the result of a function of one input, computing it at most once however many metrics ask. */
export type Once<Input> = <Result>(compute: (input: Input) => Result) => Result;

/** What is computed once of that input: each function, by its identity. The input must not change in the meantime. */
export function onceFor<Input>(input: Input): Once<Input> {
  const results = new Map<unknown, unknown>();
  return <Result>(compute: (input: Input) => Result): Result => {
    if (!results.has(compute)) results.set(compute, compute(input));
    return results.get(compute) as Result;
  };
}
