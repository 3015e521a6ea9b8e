/**
 * A small circle around circles, by the farthest-point iteration of Bădoiu and Clarkson 2003 ("Smaller core-sets for
 * balls"): after n steps its radius is within a factor 1 + 1/√n of the smallest; in practice far closer.
 */

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const STEPS = 400;

/** Holds every given circle; one circle gives itself, none a point at the origin. */
export function enclosingCircle(circles: readonly Circle[]): Circle {
  if (circles.length === 0) return { x: 0, y: 0, radius: 0 };
  let { x, y } = circles[0];
  const reach = (circle: Circle): number => Math.hypot(circle.x - x, circle.y - y) + circle.radius;
  const farthest = (): Circle => circles.reduce((best, circle) => (reach(circle) > reach(best) ? circle : best));
  if (circles.length > 1) {
    for (let step = 1; step <= STEPS; step++) {
      const far = farthest();
      const distance = Math.hypot(far.x - x, far.y - y);
      if (distance <= 1e-12 * far.radius) break; // one circle holds all the others and is the answer
      // towards the far end of the farthest circle, not only its centre
      const stretch = (distance + far.radius) / distance / (step + 1);
      x += (far.x - x) * stretch;
      y += (far.y - y) * stretch;
    }
  }
  return { x, y, radius: reach(farthest()) };
}
