/// What a reduction begins with, given any one of its elements.
fn begin(element: f32) -> f32 {
  if (MAX) {
    return element;
  }
  return 0.0;
}

fn combine(a: f32, b: f32) -> f32 {
  if (MAX) {
    return max(a, b);
  }
  return a + b;
}
