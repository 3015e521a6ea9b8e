/** The schemas of a registry's rows, of which there is at least one, for a union that is told apart by `name`. */
import type { z } from 'zod';

type Rows = Readonly<Record<string, { readonly schema: z.core.$ZodTypeDiscriminable }>>;

/** In the order of the rows. */
export function schemasOf<Given extends Rows>(rows: Given) {
  type Schema = Given[keyof Given]['schema'];
  return Object.values(rows).map(({ schema }) => schema) as unknown as readonly [Schema, ...Schema[]];
}
