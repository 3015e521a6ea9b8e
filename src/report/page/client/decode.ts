/** Of the page's script: reading its data elements. Written into the page by its source text, so it names nothing outside. */
/// <reference lib="dom" />

/** The value of a data element; undefined where the page has none. */
export function pageData<T>(id: string): T | undefined {
  const element = document.getElementById(id);
  return element === null ? undefined : (JSON.parse(element.textContent ?? 'null') as T);
}

export function bytesOfBase64(text: string): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}
