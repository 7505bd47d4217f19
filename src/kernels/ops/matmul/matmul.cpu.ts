import { broadcastStrides } from '../../graph/shapes';
import { attrBoolean, type NumericArray, type OpDefinition } from '../op';
import { walk } from '../walk';
import { matmulSizes } from './matmul';

/** Sums in double precision, whatever the tensors hold, and rounds once. */
export const matmulCpu: OpDefinition['reference'] = (node, [a, b], out) => {
  const { lead, M, K, N } = matmulSizes(a!, b!, node.attrs);
  const product = attrBoolean(node.attrs, 'transposeB') ? dotProducts : rowSums;
  // Where element (m, k) of A is, from the start of its matrix.
  const [stepM, stepK] = attrBoolean(node.attrs, 'transposeA') ? [1, M] : [K, 1];
  const row = new Float64Array(N);
  const matrices = [
    broadcastStrides(a!.shape.slice(0, -2), lead),
    broadcastStrides(b!.shape.slice(0, -2), lead),
  ];
  let at = 0;
  walk(lead, matrices, ([i, j], count, [di, dj]) => {
    for (let batch = 0; batch < count; batch++) {
      const aAt = (i! + batch * di!) * M * K;
      const bAt = (j! + batch * dj!) * K * N;
      for (let m = 0; m < M; m++) {
        product(a!.data, aAt + m * stepM, stepK, b!.data, bAt, K, N, row);
        out.set(row, at);
        at += N;
      }
    }
  });
};

/** row[n] = sum over k of A[k] * B[k, n]: adds whole rows of B, which lie contiguous. */
function rowSums(
  a: NumericArray,
  aAt: number,
  aStep: number,
  b: NumericArray,
  bAt: number,
  K: number,
  N: number,
  row: Float64Array,
): void {
  row.fill(0);
  for (let k = 0; k < K; k++) {
    const factor = a[aAt + k * aStep]!;
    const start = bAt + k * N;
    for (let n = 0; n < N; n++) row[n]! += factor * b[start + n]!;
  }
}

/** row[n] = sum over k of A[k] * B[n, k]: B is stored transposed, so its own rows lie contiguous. */
function dotProducts(
  a: NumericArray,
  aAt: number,
  aStep: number,
  b: NumericArray,
  bAt: number,
  K: number,
  N: number,
  row: Float64Array,
): void {
  for (let n = 0; n < N; n++) {
    const start = bAt + n * K;
    let total = 0;
    for (let k = 0; k < K; k++) total += a[aAt + k * aStep]! * b[start + k]!;
    row[n] = total;
  }
}
