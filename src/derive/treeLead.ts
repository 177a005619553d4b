// The lines of the tree before a command.
import type { Glyphs } from './style.ts';
import type { Node } from './forest.ts';

/** A deep tree leaves this share of the column to the command. */
const DEEPEST_SHARE = 0.5;

/** `│ └─ `, or `│ └─+ ` before a collapsed branch, in about half of `width` cells at most: the lines nearest to the process stay. */
export function treeLead(node: Node, width: number, glyphs: Glyphs): string {
  const fold = node.branch === undefined ? '' : glyphs.collapsed;
  if (node.parent === undefined) return fold === '' ? '' : `${fold} `;

  const most = Math.max(2, Math.floor(width * DEEPEST_SHARE));
  let lines = node.isLast ? glyphs.lastBranch : glyphs.branch;
  for (let above = node.parent; above.parent !== undefined; above = above.parent) {
    lines = (above.isLast ? '  ' : glyphs.line) + lines;
    if (lines.length > most) {
      lines = glyphs.cut + lines.slice(1 - most);
      break;
    }
  }
  return `${lines}${fold} `;
}
