export { type LoadedAddon, loadAddon, type NativeAddon } from './addon.js';
export { NativeBackend } from './backend.js';
export { NATIVE_BACKEND, type NativeRegistration, registerNative } from './register.js';
