// What measures boxes, WebAssembly: a part of the bundle of its own (src/show.ts).
import 'yoga-layout';
