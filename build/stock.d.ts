// `stock:NAME` is the module as it was published; build/fastInk.mjs resolves it past our replacement.

declare module 'stock:ansi-tokenize' {
  export * from '@alcalzone/ansi-tokenize';
}

declare module 'stock:string-width' {
  export { default } from 'string-width';
}

declare module 'stock:ink-sanitize' {
  export default function sanitizeAnsi(text: string): string;
}

declare module 'stock:ink-line-update' {
  export default function lineUpdate(previous: string, next: string, columns: number | undefined): string;
}

declare module 'stock:ink-output' {
  export type Transformer = (line: string, index: number) => string;

  /** Half-open bounds in cells; an undefined one does not bind. */
  export interface Clip {
    x1: number | undefined;
    x2: number | undefined;
    y1: number | undefined;
    y2: number | undefined;
  }

  export interface WriteOperation {
    type: 'write';
    x: number;
    y: number;
    text: string;
    transformers: Transformer[];
  }

  export default class Output {
    width: number;
    height: number;
    constructor(options: { width: number; height: number });
    applyWriteOperation(rows: unknown[][], operation: WriteOperation, clip: Clip | undefined): void;
    write(x: number, y: number, text: string, options: { transformers: Transformer[] }): void;
    clip(clip: Clip): void;
    unclip(): void;
    get(): { output: string; height: number };
  }
}
