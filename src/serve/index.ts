/** Answers over HTTP. */
export { type BenchServeOptions, benchServe, type LoadReport } from './bench-serve.js';
export { type ServeOptions, type Service, serve } from './service.js';
