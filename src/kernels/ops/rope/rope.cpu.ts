import type { GraphNode } from '../../graph/types';
import { attrBoolean, attrNumber, type HostTensor, type NumericArray } from '../op';

/** Turns the pair (d, d + D/2) of position t by the angle t * base^(-2d/D). */
export function rope(
  node: GraphNode,
  [x]: readonly HostTensor[],
  out: NumericArray, // [B, T, H, D]
): void {
  const [B, T, H, D] = x!.shape as [number, number, number, number];
  const base = attrNumber(node.attrs, 'base');
  const direction = attrBoolean(node.attrs, 'inverse') ? -1 : 1;
  const half = D / 2;
  for (let t = 0; t < T; t++) {
    for (let d = 0; d < half; d++) {
      const angle = direction * t * base ** ((-2 * d) / D);
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      for (let b = 0; b < B; b++) {
        for (let h = 0; h < H; h++) {
          const at = ((b * T + t) * H + h) * D + d;
          const x0 = x!.data[at]!;
          const x1 = x!.data[at + half]!;
          out[at] = x0 * cos - x1 * sin;
          out[at + half] = x0 * sin + x1 * cos;
        }
      }
    }
  }
}
