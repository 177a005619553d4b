// What thousands of processes have in common (a name, a command line, a control group) is made once, and kept once.

/** Characters of the texts that are kept; a single command line may have two million. */
const MOST = 300_000;

/**
 * `make`, which answers for a text that it has seen lately with the very same value: 5,000 workers share one array of words.
 * When there are too many texts, all are forgotten.
 */
export function remembered<Value>(make: (text: string) => Value): (text: string) => Value {
  const values = new Map<string, Value>();
  let length = 0;
  return (text) => {
    const known = values.get(text);
    if (known !== undefined) return known;
    const value = make(text);
    if (text.length > MOST) return value;
    if (length + text.length > MOST) {
      values.clear();
      length = 0;
    }
    values.set(text, value);
    length += text.length;
    return value;
  };
}
