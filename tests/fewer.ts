/** How many times fewer entries a check of a whole training step looks at: WebGPU's software device takes 0.1 s a step. */
export const fewer = (backend: string): number => (backend === 'webgpu' ? 5 : 1);
