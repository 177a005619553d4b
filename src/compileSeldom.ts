// V8's optimising compiler, for a command that answers once: what it compiles of a second's work hardly runs any more.
// Of `list --json` at 3,000 processes that was a fifth (150 ms of 760).

/** Bytes of bytecode that a function runs before it is compiled anew; 135,168 by default. What works for long gets there. */
const BUDGET = 1_000_000;

/**
 * To be called when all parts of the program that will run were loaded: a code cache is taken only with the flags that it
 * was made with (bin/start.cjs, which does the same for a screen). Node 22 does not know that flag, and would say so.
 */
export function compileSeldom(): void {
  if (Number.parseInt(process.versions.node, 10) >= 22) return;
  // Part of Node itself: no file is read, and who doesn't come here doesn't pay 2 ms for it.
  process.getBuiltinModule('node:v8').setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
