import { bytesOfNumbers, type WasmLowerings } from '../../devices/wasm/kernel';
import { attrBoolean, attrNumber } from '../op';

export const ropeOnWasm: WasmLowerings = {
  rope({ node, id }) {
    const [B, T, H, D] = node.shape as [number, number, number, number];
    const base = attrNumber(node.attrs, 'base');
    const x = node.inputs[0]!;
    const table = { key: `rope ${T} ${D} ${base}`, bytes: () => angles(T, D / 2, base) };
    const sign = { f32: attrBoolean(node.attrs, 'inverse') ? -1 : 1 };
    const args = [{ of: x }, { of: id }, { table }, sign, B * T, T, H, D];
    const shares = [{ of: [x, id], count: B * T, grain: 1 }];
    return [{ label: 'rope', entry: 'rope', args, reads: [x], writes: [id], shares }];
  },
};

/** [T, half] cosines, and then as many sines, of the angles t * base^(-d / half). */
function angles(T: number, half: number, base: number): Uint8Array {
  const numbers = new Float32Array(2 * T * half);
  for (let t = 0; t < T; t++) {
    for (let d = 0; d < half; d++) {
      const angle = t * base ** (-d / half);
      numbers[t * half + d] = Math.cos(angle);
      numbers[(T + t) * half + d] = Math.sin(angle);
    }
  }
  return bytesOfNumbers(numbers);
}
