export * from './attention';
export * from './math';
export * from './matmul';
export * from './norms';
export * from './reduce';
export * from './rows';
export * from './tokens';
export * from './threads';
