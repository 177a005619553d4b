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

declare module 'stock:ink-log-update' {
  /** A terminal to draw on. */
  export interface Screen {
    readonly rows?: number;
    readonly columns?: number;
    /** What was painted on all of it before; the cursor is on its last line. */
    readonly standing?: string;
    /** As of Node's streams: it has not taken all yet, and tells `drain` when it has. */
    readonly writableNeedDrain?: boolean;
    on?(event: 'drain', listener: () => void): unknown;
    write(text: string): unknown;
  }

  export interface Options {
    showCursor?: boolean;
    incremental?: boolean;
  }

  export interface LogUpdate {
    /** Draws the frame; false where it is what stands there already. */
    (text: string): boolean;
    willRender(text: string): boolean;
    /** Takes a frame that somebody else has drawn for the one on the screen. */
    sync(text: string): void;
    /** Erases the last frame. */
    clear(): void;
    /** Forgets the last frame: somebody else had the screen. */
    reset(): void;
    /** There will be no other, or somebody else gets the screen. */
    done(): void;
  }

  const logUpdate: { create(screen: Screen, options?: Options): LogUpdate };
  export default logUpdate;
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
