/** The GPU is gone: the driver reset it, or the browser took it back. The work in flight is void. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

/** The device has no room for this workload. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
}

/** A shader did not compile. `log` is the compiler's own words, `source` the numbered WGSL. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
  constructor(
    message: string,
    readonly log: string,
    readonly source: string,
  ) {
    super(message);
  }
}

/** No such device on this machine. */
export class NoDeviceError extends Error {
  override readonly name = 'NoDeviceError';
}
