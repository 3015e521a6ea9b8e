/** The two sides of the graph. */
export type Side = 'user' | 'item';
