import type { Shape } from '../graph/types';

/**
 * Visits a shape in row-major order over several strided tensors at once, one straight run of elements
 * at a time: `visit(offsets, count, steps)` is called with each tensor's offset at the run's start and its
 * step from one element to the next.
 *
 * Axes that every tensor lays out one after another are merged first, so tensors without broadcasting
 * are visited in a single run. `offsets` and `steps` are reused between calls: read them, do not keep them.
 */
export function walk(
  shape: Shape,
  strides: readonly (readonly number[])[],
  visit: (offsets: readonly number[], count: number, steps: readonly number[]) => void,
): void {
  const merged = mergeAxes(shape, strides);
  const last = merged.shape.length - 1;
  const count = merged.shape[last]!;
  const steps = merged.strides.map((own) => own[last]!);
  const offsets = strides.map(() => 0);
  const index = new Array<number>(last).fill(0);
  for (;;) {
    visit(offsets, count, steps);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      const carries = ++index[axis]! === merged.shape[axis];
      for (let t = 0; t < offsets.length; t++) {
        const stride = merged.strides[t]![axis]!;
        offsets[t]! += carries ? stride * (1 - merged.shape[axis]!) : stride;
      }
      if (!carries) break;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** The same walk in the fewest axes, at least one. */
function mergeAxes(shape: Shape, strides: readonly (readonly number[])[]) {
  const sizes: number[] = [];
  const steps: number[][] = strides.map(() => []);
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const follows =
      sizes.length > 0 && strides.every((own, t) => steps[t]!.at(-1) === own[axis]! * n);
    if (follows) {
      sizes[sizes.length - 1]! *= n;
      steps.forEach((own, t) => {
        own[own.length - 1] = strides[t]![axis]!;
      });
    } else {
      sizes.push(n);
      steps.forEach((own, t) => {
        own.push(strides[t]![axis]!);
      });
    }
  });
  if (sizes.length === 0) {
    sizes.push(1);
    for (const own of steps) own.push(1);
  }
  return { shape: sizes, strides: steps };
}
