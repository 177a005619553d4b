/// <reference path="./stock.d.ts" />
// Stands in for Ink's sanitize-ansi.js, which splits every text of every frame into tokens. A plain text has nothing
// that it would take out: it comes back as the same string, whose hash later caches need not work out again.
import stock from 'stock:ink-sanitize';
import { plainWidth } from './plainText.ts';

/** As the stock function. */
export default function sanitizeAnsi(text: string): string {
  return plainWidth(text) >= 0 ? text : stock(text);
}
