export { loadAddon } from './addon.js';
export { NATIVE_BACKEND, registerNative } from './register.js';
