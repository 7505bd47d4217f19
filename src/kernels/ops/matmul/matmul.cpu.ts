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
  const factors = new Float64Array(K);
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
        for (let k = 0; k < K; k++) factors[k] = a!.data[aAt + m * stepM + k * stepK]!;
        product(factors, b!.data, bAt, row);
        out.set(row, at);
        at += N;
      }
    }
  });
};

/**
 * row[n] = sum over k of factors[k] * B[k, n]. Adds whole rows of B, which lie contiguous, four at a
 * time: each element of the result is then loaded and stored a fourth as often.
 */
function rowSums(factors: Float64Array, b: NumericArray, at: number, row: Float64Array): void {
  const K = factors.length;
  const N = row.length;
  row.fill(0);
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const [f0, f1, f2, f3] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
    const start = at + k * N;
    for (let n = 0; n < N; n++) {
      const i = start + n;
      row[n]! += f0 * b[i]! + f1 * b[i + N]! + f2 * b[i + 2 * N]! + f3 * b[i + 3 * N]!;
    }
  }
  for (; k < K; k++) {
    const factor = factors[k]!;
    for (let n = 0; n < N; n++) row[n]! += factor * b[at + k * N + n]!;
  }
}

/**
 * row[n] = sum over k of factors[k] * B[n, k]. B is stored transposed, so its own rows lie contiguous;
 * four of them share each factor, and their sums do not wait for one another.
 */
function dotProducts(factors: Float64Array, b: NumericArray, at: number, row: Float64Array): void {
  const K = factors.length;
  const N = row.length;
  let n = 0;
  for (; n + 4 <= N; n += 4) {
    const start = at + n * K;
    let [t0, t1, t2, t3] = [0, 0, 0, 0];
    for (let k = 0; k < K; k++) {
      const factor = factors[k]!;
      const i = start + k;
      t0 += factor * b[i]!;
      t1 += factor * b[i + K]!;
      t2 += factor * b[i + 2 * K]!;
      t3 += factor * b[i + 3 * K]!;
    }
    row[n] = t0;
    row[n + 1] = t1;
    row[n + 2] = t2;
    row[n + 3] = t3;
  }
  for (; n < N; n++) {
    let total = 0;
    for (let k = 0; k < K; k++) total += factors[k]! * b[at + n * K + k]!;
    row[n] = total;
  }
}
