/** Prints the result of a command: one JSON document, or text for people. */
export function printResult(result: unknown, json: boolean, text: () => string): void {
  const output = json ? JSON.stringify(result, null, 2) : text();
  process.stdout.write(`${output}\n`);
}
