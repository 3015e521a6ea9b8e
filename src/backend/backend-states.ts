/** What each backend is, and what it lacks on this machine: for `twinlight doctor` and for suites over all backends. */
import { type BackendInfo, missingNative } from './select-backend.js';
import { loadTensorflow } from './tensorflow/index.js';
import { loadWebgpu } from './webgpu/index.js';

export interface BackendState {
  readonly name: BackendInfo['name'];
  /** What it computes with. */
  readonly what: string;
  /** Why it can't be used; absent where it can. */
  readonly missing?: string;
  readonly howToGet?: string;
}

/** All backends, the fastest on a CPU first. Loads what it can: TensorFlow's library takes half a second. */
export async function backendStates(): Promise<BackendState[]> {
  const native = missingNative();
  const tensorflow = await loadTensorflow();
  const webgpu = await loadWebgpu();
  return [
    {
      name: 'native',
      what: 'own C++ kernels',
      ...(native && { missing: native, howToGet: '`npm run setup` (needs a C++ compiler)' }),
    },
    'missing' in tensorflow
      ? {
          name: 'tensorflow',
          what: "TensorFlow's library",
          missing: tensorflow.missing,
          howToGet: 'How to install it: docs/how-to/choose-a-backend.md',
        }
      : {
          name: 'tensorflow',
          what: `TensorFlow ${tensorflow.registration.version}, ${tensorflow.registration.device}`,
        },
    'missing' in webgpu
      ? {
          name: 'webgpu',
          what: 'WebGPU, through Dawn',
          missing: webgpu.missing,
          howToGet: 'How to install it: docs/how-to/choose-a-backend.md',
        }
      : { name: 'webgpu', what: `WebGPU on ${webgpu.registration.adapter}, through Dawn` },
    { name: 'wasm', what: 'WebAssembly, always there' },
    { name: 'cpu', what: 'plain JavaScript, always there' },
  ];
}
