// WGSL promises its own sin and cos to 2^-11 only, and some drivers use that freedom. These are good to
// float32's last bits for |x| up to a few thousand: x is brought to within pi / 4 of a multiple k of pi / 2
// (which is subtracted in three parts, the first two exact), then the polynomials of Cephes' sinf and cosf.

fn quarter_turn(x: f32, shift: i32) -> f32 {
  let k = round(x * 0.636619772);
  let r = ((x - k * 1.5703125) - k * 4.83751297e-4) - k * 7.54978995e-8;
  let z = r * r;
  let s = r + r * z * (-1.6666654611e-1 + z * (8.3321608736e-3 + z * -1.9515295891e-4));
  let c = 1.0 - 0.5 * z + z * z * (4.166664568e-2 + z * (-1.388731625e-3 + z * 2.443315712e-5));
  let quarter = (i32(k) + shift) & 3;
  let value = select(s, c, (quarter & 1) == 1);
  return select(value, -value, quarter >= 2);
}

fn sine(x: f32) -> f32 {
  return quarter_turn(x, 0);
}

fn cosine(x: f32) -> f32 {
  return quarter_turn(x, 1);
}
