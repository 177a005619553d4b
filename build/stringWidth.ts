/// <reference path="./stock.d.ts" />
// Stands in for string-width. Ink measures every text of every frame; where a character is a cell, that is counting.
import stock from 'stock:string-width';
import { plainWidth } from './plainText.ts';

/** As the stock function. */
export default function stringWidth(text: string, options?: Parameters<typeof stock>[1]): number {
  if (options === undefined && typeof text === 'string') {
    const width = plainWidth(text);
    if (width >= 0) return width;
  }
  return stock(text, options);
}
