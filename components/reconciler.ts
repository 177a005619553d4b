// The half of what draws that is React's: a part of the bundle of its own (src/show.ts).
import 'react-reconciler';
