export { finishRun } from './final-report.js';
export { train } from './train.js';
