/** The graph as it is: the view of a clean pass, and the control in experiments about views. */
import { z } from 'zod';
import type { DrawnView, ViewContext } from './view.js';

export const identitySchema = z.strictObject({ name: z.literal('identity') });

export function drawIdentity(context: ViewContext): DrawnView {
  return { adjacency: context.adjacency };
}
