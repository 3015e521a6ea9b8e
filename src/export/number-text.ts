/** Numbers and names as cells of text files. */

/** Nine digits give a float32 back. */
export const shortestFloat = (value: number): string => String(Number(value.toPrecision(9)));

/** In quotes where a CSV reader would else cut or trim it. */
export const csvCell = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
