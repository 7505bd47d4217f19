// The tracing API: everything that a program can say. These files are its one source: they run inside the
// sandbox as the module 'loopy', and the reference and the editor's types are derived from them, in the
// order in which one reads them.

// What a program exports, and what it is given:

export * from './program';

// What it computes with:

export * from './tensor';

// Where tensors come from:

export * from './sources';

// What becomes of each element:

export * from './elementwise';

// How they are put together and taken apart:

export * from './arrange';

// What a transformer is made of:

export * from './layers';
