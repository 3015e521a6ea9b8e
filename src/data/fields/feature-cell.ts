/**
 * What an entity has in one column, as it comes from outside: the text of a CSV cell, a JSON value, a vector. Missing where
 * undefined, null or ''. Numbers stand for their decimal form.
 */
export type FeatureCell = string | number | boolean | null | readonly (string | number)[] | Float32Array;
