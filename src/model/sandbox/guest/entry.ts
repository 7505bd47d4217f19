// What runs inside the sandbox before any program: the tracing API, and the host's end of it.

export * from '../../api/loopy';
export * as driver from './driver';
