import { sizeOf } from '../../kernels/graph/types';
import { hashName, normalAt, uniformAt } from '../../kernels/random/threefry';
import type { ParameterSpec } from '../programs/traced';

/**
 * The first values of a parameter. They depend on the seed, the parameter's name and the index of the
 * element alone, so two programs that share a parameter's name and shape start it the same: what differs
 * between their trials is what the programs do, not what they drew.
 */
export function initialValues(spec: ParameterSpec, seed: number): Float64Array {
  const values = new Float64Array(sizeOf(spec.shape));
  const stream = hashName(spec.name);
  const { init } = spec;
  switch (init.kind) {
    case 'constant':
      return values.fill(init.value);
    case 'normal':
      for (let i = 0; i < values.length; i++) {
        values[i] = init.mean + init.std * normalAt(seed, stream, i);
      }
      return values;
    case 'uniform':
      for (let i = 0; i < values.length; i++) {
        values[i] = init.low + (init.high - init.low) * uniformAt(seed, stream, i);
      }
      return values;
    case 'orthogonal': {
      for (let i = 0; i < values.length; i++) values[i] = normalAt(seed, stream, i);
      const columns = spec.shape.at(-1) ?? 1;
      orthogonalise(values, values.length / columns, columns);
      return values.map((x) => x * init.gain);
    }
  }
}

/**
 * Makes the rows of a [rows, columns] matrix orthonormal in place (the columns, where there are fewer of
 * them) by modified Gram-Schmidt.
 */
function orthogonalise(matrix: Float64Array, rows: number, columns: number): void {
  const byRow = rows <= columns;
  const [count, length] = byRow ? [rows, columns] : [columns, rows];
  const at = (vector: number, i: number) => (byRow ? vector * columns + i : i * columns + vector);
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += matrix[at(a, i)]! * matrix[at(b, i)]!;
    return sum;
  };
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      const overlap = dot(a, b);
      for (let i = 0; i < length; i++) matrix[at(a, i)]! -= overlap * matrix[at(b, i)]!;
    }
    const norm = Math.sqrt(dot(a, a)) || 1;
    for (let i = 0; i < length; i++) matrix[at(a, i)]! /= norm;
  }
}
