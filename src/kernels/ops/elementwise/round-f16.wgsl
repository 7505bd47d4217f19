// The nearest number that float16 has, in whole numbers: WGSL's own quantizeToF16 may make small ones zero, and a
// compiler may leave out a sum that only rounds. Ties go to the even neighbour, as everywhere.

fn round_f16(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  // 13 of 23 bits of the fraction go; what they carry may reach the exponent.
  let near = (size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u;
  // Below 2^-14 all steps are 2^-24.
  let small = bitcast<u32>(round(bitcast<f32>(size) * 16777216.0) * 5.9604644775390625e-8);
  var rounded = select(near, small, size < 0x38800000u);
  // Past 65504: infinity. NaN stays.
  rounded = select(rounded, 0x7f800000u, near > 0x477fe000u);
  rounded = select(rounded, size, size > 0x7f800000u);
  return bitcast<f32>(rounded | (bits & 0x80000000u));
}
